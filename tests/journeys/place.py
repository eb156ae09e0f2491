"""A place where the app runs: the local host or the real engine, which can be killed and restarted.

The journeys in this folder know a `Place` and nothing else, so that one set of tests runs on both.
"""

import secrets
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from openai import OpenAI

from local.app import App
from local.processes import ROOT, Process, free_port, start, stop, wait_until_ready
from local.stack import Stack, laptop_settings
from tests.services import Emulator

ENGINE = ROOT.parent / "shared" / "engine" / "run"
KEYS = {"master": "master-key", "default": "function-key"}
CLIENT_KEY = "client-key"
#: Keeps coverage out of a host whose figures nobody gets (it is killed) or whose time it costs.
UNMEASURED = {"COVERAGE_PROCESS_CONFIG": ""}
#: What a command line needs to know: port, storage, settings, a folder of its own.
Command = Callable[[int, str, Mapping[str, str], Path], list[str]]


@dataclass
class Place:
    """One app on one host, with its emulator and its storage.

    Attributes:
        name: `local` or `engine`.
        stack: Addresses and keys, which stay the same over restarts.
        emulator: The emulated Azure OpenAI, with its control API.
        app: The app's HTTP API, as a user's scripts call it.
        client: The app's chat endpoint, as a client app sees it.
        service: The emulated service itself, for a look at what was really done there.
    """

    name: str
    stack: Stack
    emulator: Emulator
    app: App
    client: OpenAI
    service: OpenAI
    _command: list[str]
    _environment: Mapping[str, str]
    _log: Path
    _process: Process | None = None

    def start(self, **environment: str) -> None:
        """Start the host; it serves when this returns."""
        self.stop()
        merged = {**self._environment, **environment}
        self._process = start(self._command, log=self._log, environment=merged)
        wait_until_ready(self._process)

    def alive(self) -> bool:
        """Whether the host still runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The host's process."""
        if self._process is None:
            raise RuntimeError("the host was never started")
        return self._process.pid

    def kill(self) -> None:
        """End the host as a power failure does."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    def stop(self) -> None:
        """End the host as a person does."""
        if self._process is not None:
            stop(self._process)

    def log(self) -> str:
        """Everything that the host wrote."""
        return self._log.read_text(errors="replace")


@contextmanager
def place(
    name: str,
    emulator: Emulator,
    storage: str,
    folder: Path,
    *flags: str,
    settings: Mapping[str, str] | None = None,
    port: int | None = None,
) -> Iterator[Place]:
    """Run the app on the host called `name`, on any free port or this one; stop it at the end."""
    port = port or free_port()
    values = {**laptop_settings(emulator.url, CLIENT_KEY), **(settings or {})}
    command = _COMMANDS[name](port, storage, values, folder)
    stack = Stack(f"http://127.0.0.1:{port}", emulator.url, storage, KEYS, CLIENT_KEY)
    environment = values if name == "local" else {}
    with (
        closing(App(stack)) as app,
        OpenAI(base_url=f"{stack.url}/api/v1", api_key=CLIENT_KEY) as client,
        OpenAI(base_url=f"{emulator.url}/openai/v1", api_key="emulator-key") as service,
    ):
        parts = (name, stack, emulator, app, client, service)
        here = Place(*parts, [*command, *flags], environment, folder / "host.log")
        try:
            here.start()
            yield here
        finally:
            here.stop()


def _local(port: int, storage: str, _: Mapping[str, str], folder: Path) -> list[str]:
    command = [
        sys.executable,
        "-m",
        "local.functions_host",
        "--app",
        str(ROOT),
        "--port",
        str(port),
    ]
    command += ["--storage", storage, "--state", str(folder / "state"), "--keys", _keys()]
    return [*command, "--blob-interval", "0.2"]


def _engine(port: int, storage: str, settings: Mapping[str, str], folder: Path) -> list[str]:
    command = [sys.executable, str(ENGINE), str(ROOT), "--port", str(port), "--storage", storage]
    command += ["--fast", "--hub", f"hub{secrets.token_hex(4)}", "--keys", _keys()]
    # What a killed host had taken from a queue comes back after this: an activity from the work
    # items, an orchestration's events from the control queue. By default it is five minutes.
    for queue in ("workItem", "control"):
        command += ["--durable", f"storageProvider.{queue}QueueVisibilityTimeout=00:01:00"]
    command += ["--blob-interval", "0.5", "--journal", str(folder / "journal.jsonl")]
    for name, value in settings.items():
        command += ["--setting", f"{name}={value}"]
    return command


def _keys() -> str:
    return ",".join(f"{name}={key}" for name, key in KEYS.items())


_COMMANDS: Mapping[str, Command] = {"local": _local, "engine": _engine}
