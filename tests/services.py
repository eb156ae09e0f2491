"""The services that tests run against: Azurite and the emulated Azure OpenAI, on free ports.

Everything listens on 127.0.0.1 and is stopped by whoever started it. `tests/conftest.py` has
fixtures over these; a test that must kill or restart a service uses the context managers here.
"""

import base64
import shutil
import ssl
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx

from local.azurite import Azurite
from local.azurite import azurite as running_azurite
from local.processes import run_process, wait_until_ready

# More than a session has tests that ask for an empty one; Linux allows 128 KiB in one variable.
SPARE_ACCOUNTS = 1500


@dataclass
class Storage:
    """An Azurite: one process with many accounts, so that each test can have an empty one."""

    server: Azurite
    _used: int = field(default=0, init=False)

    @property
    def connection(self) -> str:
        """The connection string of the default account."""
        return self.server.connection

    def fresh(self) -> str:
        """The connection string of an account that nothing has used yet."""
        self._used += 1
        return self.server.connection_of(*_spare(self._used))


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
        address = f"{self.url}/control/{action}"
        answer = httpx.post(address, json={} if body is None else body, verify=_tls(), timeout=60)
        return answer.raise_for_status().json() if answer.content else None

    def clear_faults(self) -> None:
        """Drop all faults that are still in force."""
        httpx.delete(f"{self.url}/control/faults", verify=_tls(), timeout=60).raise_for_status()

    def look(self, what: str) -> Any:
        """The answer to `GET /control/<what>`, such as `requests` or `state`."""
        address = f"{self.url}/control/{what}"
        return httpx.get(address, verify=_tls(), timeout=60).raise_for_status().json()


@contextmanager
def azurite_server(state: Path | None = None) -> Iterator[Storage]:
    """Run Azurite; with `state` it keeps its data there, otherwise in memory only."""
    spare = dict(map(_spare, range(1, SPARE_ACCOUNTS + 1)))
    with running_azurite(state, accounts=spare) as server:
        yield Storage(server)


@contextmanager
def azurite(state: Path | None = None) -> Iterator[str]:
    """Run Azurite and give the connection string of its default account."""
    with running_azurite(state) as server:
        yield server.connection


@contextmanager
def emulator(*flags: str, state: Path | None = None) -> Iterator[Emulator]:
    """Run `python -m local.azure` with `flags`, with its state in `state` or a temporary folder."""
    command = [sys.executable, "-m", "local.azure", "--port", "0"]
    with _scratch() as folder:
        command += ["--state", str(state or folder), *flags]
        with run_process(command) as process:
            yield Emulator(str(wait_until_ready(process)["url"]).rstrip("/"), process.pid)


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
        "PRICE_LIST": f"{emulator_url}/api/retail/prices",
        "AZURE_SUBSCRIPTION_ID": "00000000-0000-0000-0000-000000000000",
        "AZURE_RESOURCE_GROUP": "local",
        "AZURE_OPENAI_ACCOUNT": "local",
        "BASE_MODEL": "gpt-4.1-mini-2025-04-14",
        "BASE_DEPLOYMENT": "gpt-4.1-mini",
        "CLIENT_KEYS": "tests=client-key",
    }


@contextmanager
def _scratch() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="tunedrop-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    # One for all: reading the machine's certificates takes longer than a call.
    return ssl.create_default_context()


def _spare(number: int) -> tuple[str, str]:
    name = f"spare{number:05d}"
    return name, base64.b64encode(name.encode() * 3).decode()
