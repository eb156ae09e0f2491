"""The services that tests run against: Azurite and the emulated Azure OpenAI, on free ports.

Everything listens on 127.0.0.1 and is stopped by whoever started it. `tests/conftest.py` has
fixtures over these; a test that must kill or restart a service uses the context managers here.
"""

import base64
import json
import os
import re
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parent.parent
AZURITE = ROOT / "node_modules" / ".bin" / "azurite"
START_SECONDS = 30.0
STOP_SECONDS = 10.0

# Azurite's own account, the same on every machine and in its public documentation.
DEFAULT_ACCOUNT = "devstoreaccount1"
DEFAULT_KEY = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)
# More than a session has tests that ask for an empty one; Linux allows 128 KiB in one variable.
SPARE_ACCOUNTS = 1500


@dataclass
class Storage:
    """An Azurite: one process with many accounts, so that each test can have an empty one.

    Attributes:
        ports: Port by service (`blob`, `queue`, `table`).
    """

    ports: dict[str, int]
    _used: int = field(default=0, init=False)

    @property
    def connection(self) -> str:
        """The connection string of the default account."""
        return self._connection(DEFAULT_ACCOUNT, DEFAULT_KEY)

    def fresh(self) -> str:
        """The connection string of an account that nothing has used yet."""
        self._used += 1
        return self._connection(*_spare(self._used))

    def _connection(self, account: str, key: str) -> str:
        at = {name: f"http://127.0.0.1:{port}/{account}" for name, port in self.ports.items()}
        return (
            f"DefaultEndpointsProtocol=http;AccountName={account};AccountKey={key};"
            f"BlobEndpoint={at['blob']};QueueEndpoint={at['queue']};TableEndpoint={at['table']};"
        )


@dataclass(frozen=True)
class Emulator:
    """A running `python -m local.azure`.

    Attributes:
        url: Where it serves, without a trailing slash.
        pid: Its process, for tests that kill it.
    """

    url: str
    pid: int

    def control(self, action: str, body: object = None) -> Any:
        """Call `POST /control/<action>`; the emulator must have been started with `--control`."""
        answer = httpx.post(f"{self.url}/control/{action}", json={} if body is None else body)
        return answer.raise_for_status().json() if answer.content else None

    def look(self, what: str) -> Any:
        """The answer to `GET /control/<what>`, such as `requests` or `state`."""
        return httpx.get(f"{self.url}/control/{what}").raise_for_status().json()


@contextmanager
def azurite_server(state: Path | None = None) -> Iterator[Storage]:
    """Run Azurite; with `state` it keeps its data there, otherwise in memory only."""
    accounts = {DEFAULT_ACCOUNT: DEFAULT_KEY} | dict(map(_spare, range(1, SPARE_ACCOUNTS + 1)))
    environment = os.environ | {
        "AZURITE_ACCOUNTS": ";".join(f"{name}:{key}" for name, key in accounts.items())
    }
    command = [str(AZURITE), "--silent", "--disableTelemetry", "--skipApiVersionCheck"]
    for service in ("blob", "queue", "table"):
        command += [f"--{service}Host", "127.0.0.1", f"--{service}Port", "0"]
    command += ["--location", str(state)] if state else ["--inMemoryPersistence"]
    with _scratch() as folder, _running(command, folder, environment) as process:
        yield Storage(_ports(process))


@contextmanager
def azurite(state: Path | None = None) -> Iterator[str]:
    """Run Azurite and give the connection string of its default account."""
    with azurite_server(state) as storage:
        yield storage.connection


@contextmanager
def emulator(*flags: str, state: Path | None = None) -> Iterator[Emulator]:
    """Run `python -m local.azure` with `flags`, with its state in `state` or a temporary folder."""
    command = [sys.executable, "-m", "local.azure", "--port", "0"]
    with _scratch() as folder:
        command += ["--state", str(state or folder), *flags]
        with _running(command, ROOT, dict(os.environ)) as process:
            yield Emulator(str(ready(process)["url"]).rstrip("/"), process.pid)


def app_settings(emulator_url: str, storage: str) -> dict[str, str]:
    """The environment in which the app works with that emulator and that storage account.

    Without an API key: Entra ID is the default path, by the emulated identity endpoint.
    """
    return {
        "AzureWebJobsStorage": storage,
        "AZURE_OPENAI_ENDPOINT": emulator_url,
        "IDENTITY_ENDPOINT": f"{emulator_url}/msi/token",
        "IDENTITY_HEADER": "local",
        "ARM_ENDPOINT": emulator_url,
        "AZURE_METRICS_ENDPOINT": emulator_url,
        "AZURE_SUBSCRIPTION_ID": "00000000-0000-0000-0000-000000000000",
        "AZURE_RESOURCE_GROUP": "local",
        "AZURE_OPENAI_ACCOUNT": "local",
        "BASE_MODEL": "gpt-4.1-mini-2025-04-14",
        "BASE_DEPLOYMENT": "gpt-4.1-mini",
        "CLIENT_KEYS": "tests=client-key",
    }


def ready(process: "subprocess.Popen[bytes]", seconds: float = START_SECONDS) -> dict[str, Any]:
    """What a server says on its `READY` line.

    Raises:
        RuntimeError: if it ends, or is silent for `seconds`, before it is ready.
    """
    for line in _lines(process, seconds):
        if line.startswith("READY "):
            answer: dict[str, Any] = json.loads(line.removeprefix("READY "))
            return answer
    raise RuntimeError(f"{process.args!r} ended or was silent before it was ready")


def _ports(process: "subprocess.Popen[bytes]") -> dict[str, int]:
    ports: dict[str, int] = {}
    for line in _lines(process, START_SECONDS):
        match = re.search(r"Azurite (\w+) service is successfully listening at \S+:(\d+)", line)
        if match:
            ports[match[1].lower()] = int(match[2])
        if len(ports) == 3:
            return ports
    raise RuntimeError(f"Azurite ended or was silent before it listened: {ports}")


def _lines(process: "subprocess.Popen[bytes]", seconds: float) -> Iterator[str]:
    assert process.stdout is not None
    until, text = time.monotonic() + seconds, b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while selector.select(max(0.0, until - time.monotonic())):
            # Not readline: what it reads ahead would be hidden from `select`.
            piece = os.read(process.stdout.fileno(), 65536)
            if not piece:
                return
            *whole, text = (text + piece).split(b"\n")
            yield from (line.decode() for line in whole)


@contextmanager
def _running(
    command: Sequence[str], folder: Path, environment: dict[str, str]
) -> Iterator["subprocess.Popen[bytes]"]:
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            _stop(process)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


@contextmanager
def _scratch() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="tunedrop-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _spare(number: int) -> tuple[str, str]:
    name = f"spare{number:05d}"
    return name, base64.b64encode(name.encode() * 3).decode()
