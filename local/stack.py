"""All of Azure that tunedrop needs, on this machine: storage, Azure OpenAI, Functions host."""

import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from local.azurite import SERVICES, azurite
from local.processes import ROOT, run_process, wait_until_ready

CLIENT = "local"  # the name under which the laptop's client key is counted


@dataclass(frozen=True)
class Ports:
    """Where everything listens; 0 means any free port."""

    host: int = 7071
    emulator: int = 8081
    blob: int = 10000
    queue: int = 10001
    table: int = 10002

    @classmethod
    def free(cls) -> "Ports":
        """Any free port for each."""
        return cls(0, 0, 0, 0, 0)


@dataclass(frozen=True)
class Stack:
    """A running stand-in.

    Attributes:
        url: The Functions host, such as `http://127.0.0.1:7071`.
        emulator: The emulated Azure OpenAI, Resource Manager and Monitor.
        storage: Connection string of the storage account.
        keys: The host's keys: `master` and `default`.
        client_key: The key for the chat endpoint.
    """

    url: str
    emulator: str
    storage: str
    keys: Mapping[str, str]
    client_key: str


@dataclass(frozen=True)
class StackConfig:
    """How a stand-in is started.

    Attributes:
        state: Folder for everything that it keeps, logs included.
        ports: Where it listens.
        emulator_flags: Further flags of `python -m local.azure`.
        host_flags: Further flags of `python -m local.functions_host`.
        settings: App settings that override the laptop's own.
    """

    state: Path
    ports: Ports = field(default_factory=Ports)
    emulator_flags: tuple[str, ...] = ()
    host_flags: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def stack(config: StackConfig) -> Iterator[Stack]:
    """Start storage, emulator and host; stop them in the other order.

    Raises:
        StartError: if one of them does not come up; its log in the state folder says why.
    """
    config.state.mkdir(parents=True, exist_ok=True)
    with ExitStack() as running_parts:
        storage = running_parts.enter_context(_storage(config))
        emulator = running_parts.enter_context(_emulator(config))
        key = _client_key(config.state)
        settings = {**laptop_settings(emulator, key), **config.settings}
        host = running_parts.enter_context(_host(config, storage, settings))
        yield Stack(
            url=str(host["url"]).rstrip("/"),
            emulator=emulator,
            storage=storage,
            keys={name: str(value) for name, value in _keys(host).items()},
            client_key=key,
        )


def laptop_settings(emulator: str, client_key: str) -> dict[str, str]:
    """The app settings of a laptop: the emulator for Azure, and waits of seconds, not minutes."""
    return {
        "AZURE_OPENAI_ENDPOINT": emulator,
        "IDENTITY_ENDPOINT": f"{emulator}/msi/token",
        "IDENTITY_HEADER": "local",
        "ARM_ENDPOINT": emulator,
        "PRICE_LIST": f"{emulator}/api/retail/prices",
        "AZURE_SUBSCRIPTION_ID": "00000000-0000-0000-0000-000000000000",
        "AZURE_RESOURCE_GROUP": "local",
        "AZURE_OPENAI_ACCOUNT": "local",
        "BASE_MODEL": "gpt-4.1-mini-2025-04-14",
        "BASE_DEPLOYMENT": "gpt-4.1-mini",
        "CLIENT_KEYS": f"{CLIENT}={client_key}",
        "DATASETS_SOURCE": "LogsAndContainerScan",
        "RETIRE_SCHEDULE": "0 0 3 * * *",
        "POLL_FIRST": "0.3s",
        "POLL_MAX": "2s",
        "CLAIM_AGE": "2s",
        "LAST_USED_EVERY": "5s",
        "USAGE_EVERY": "1s",
        # Room enough for somebody who tries things out; the default 5 is soon used up.
        "DEPLOYMENT_CAPACITY": "100",
        "PYTHON_ENABLE_INIT_INDEXING": "1",
        "PYTHON_THREADPOOL_THREAD_COUNT": "24",
    }


@contextmanager
def _storage(config: StackConfig) -> Iterator[str]:
    folder = config.state / "azurite"
    folder.mkdir(exist_ok=True)
    ports = {service: getattr(config.ports, service) for service in SERVICES}
    with azurite(folder, ports=ports, log=config.state / "azurite.log") as server:
        yield server.connection


@contextmanager
def _emulator(config: StackConfig) -> Iterator[str]:
    state = config.state / "emulator"
    command = [sys.executable, "-m", "local.azure", "--port", str(config.ports.emulator)]
    command += ["--state", str(state), *config.emulator_flags]
    with run_process(command, log=config.state / "emulator.log") as process:
        yield str(wait_until_ready(process)["url"]).rstrip("/")


@contextmanager
def _host(
    config: StackConfig, storage: str, settings: Mapping[str, str]
) -> Iterator[Mapping[str, object]]:
    state = config.state / "host"
    command = [
        sys.executable,
        "-m",
        "local.functions_host",
        "--app",
        str(ROOT),
        "--state",
        str(state),
    ]
    command += ["--port", str(config.ports.host), "--storage", storage, *config.host_flags]
    with run_process(command, log=config.state / "host.log", environment=settings) as process:
        yield wait_until_ready(process)


def _keys(host: Mapping[str, object]) -> Mapping[str, object]:
    keys = host["keys"]
    return keys if isinstance(keys, dict) else {}


def _client_key(state: Path) -> str:
    """The chat endpoint's key, made once for a state folder."""
    file = state / "client-key"
    if not file.exists():
        file.write_text(secrets.token_urlsafe(24))
        file.chmod(0o600)
    return file.read_text().strip()
