"""Azurite, the storage emulator from npm, on ports of one's choice."""

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local.processes import ROOT, START_SECONDS, Process, StartError, read_lines, run_process

# Azurite's own account, the same on every machine and in its public documentation.
ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="

SERVICES = ("blob", "queue", "table")
_LISTENS = re.compile(r"Azurite (\w+) service is successfully listening at \S+:(\d+)")


@dataclass(frozen=True)
class Azurite:
    """A running Azurite.

    Attributes:
        ports: Port by service: `blob`, `queue`, `table`.
    """

    ports: Mapping[str, int]

    @property
    def connection(self) -> str:
        """The connection string of its default account."""
        return self.connection_of(ACCOUNT, KEY)

    def connection_of(self, account: str, key: str) -> str:
        """The connection string of another account that it was started with."""
        at = {name: f"http://127.0.0.1:{port}/{account}" for name, port in self.ports.items()}
        return (
            f"DefaultEndpointsProtocol=http;AccountName={account};AccountKey={key};"
            f"BlobEndpoint={at['blob']};QueueEndpoint={at['queue']};TableEndpoint={at['table']};"
        )


@contextmanager
def azurite(
    state: Path | None,
    *,
    ports: Mapping[str, int] | None = None,
    accounts: Mapping[str, str] | None = None,
    log: Path | None = None,
) -> Iterator[Azurite]:
    """Run Azurite.

    Args:
        state: Folder that keeps its data; None keeps it in memory only.
        ports: Port by service; 0, the default, means any free one.
        accounts: Key by account, beside the default account.
        log: File for what it complains of.

    Raises:
        StartError: if it does not listen in time.
    """
    command = [_program(), "--silent", "--disableTelemetry", "--skipApiVersionCheck"]
    for service in SERVICES:
        port = (ports or {}).get(service, 0)
        command += [f"--{service}Host", "127.0.0.1", f"--{service}Port", str(port)]
    command += ["--location", str(state)] if state else ["--inMemoryPersistence"]
    known = {ACCOUNT: KEY, **(accounts or {})}
    environment = {"AZURITE_ACCOUNTS": ";".join(f"{name}:{key}" for name, key in known.items())}
    folder = state or ROOT
    with run_process(command, log=log, folder=folder, environment=environment) as process:
        yield Azurite(_ports(process))


def _ports(process: Process) -> dict[str, int]:
    ports: dict[str, int] = {}
    for line in read_lines(process, START_SECONDS):
        match = _LISTENS.search(line)
        if match:
            ports[match[1].lower()] = int(match[2])
        if len(ports) == len(SERVICES):
            return ports
    raise StartError("Azurite did not start. Is one of its ports in use?")


def _program() -> str:
    own = ROOT / "node_modules" / ".bin" / "azurite"
    found = str(own) if own.exists() else shutil.which("azurite")
    if not found:
        raise StartError("Azurite is not installed: run `npm ci` in the project's folder.")
    return found
