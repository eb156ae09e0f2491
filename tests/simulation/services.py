"""What random runs share: storage, the emulator, and a process that hosts are forked from."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.processes import ROOT, Process, run_process, stop, wait_until_ready
from tests.journeys.place import UNMEASURED
from tests.services import Emulator, Storage, azurite_server


@dataclass
class Services:
    """What is started once: Azurite, the emulator, and a process that hosts are forked from.

    Attributes:
        app: Folder of the app that hosts load; the tests of broken activities have another one.
        settings: What hosts get beside the usual settings.
    """

    storage: Storage
    emulator: Emulator
    fork_server: Process
    folder: Path
    app: Path = ROOT
    settings: Mapping[str, str] = field(default_factory=dict)
    clock: Path = field(init=False)

    def __post_init__(self) -> None:
        self.clock = self.folder / "clock"

    def fork(self, order: Mapping[str, Any]) -> int:
        """Start a host; return its process id."""
        if self.fork_server.stdin is None or self.fork_server.stdout is None:
            raise ValueError("the fork_server has no pipes")
        self.fork_server.stdin.write(json.dumps(order).encode() + b"\n")
        self.fork_server.stdin.flush()
        return int(self.fork_server.stdout.readline())


@contextmanager
def services(folder: Path) -> Iterator[Services]:
    """Start what runs share; `folder` takes their files and those of the runs."""
    folder.mkdir(parents=True, exist_ok=True)
    clock = folder / "clock"
    with ExitStack() as stack:
        storage = stack.enter_context(azurite_server())
        service = stack.enter_context(_emulator(folder, clock))
        yield Services(storage, service, stack.enter_context(_fork_server()), folder)


@contextmanager
def _emulator(folder: Path, clock: Path) -> Iterator[Emulator]:
    """The emulator with a log of its own: callers that are killed make it complain."""
    command = [
        sys.executable,
        "-m",
        "local.azure",
        "--port",
        "0",
        "--control",
        "--clock",
        str(clock),
    ]
    command += ["--state", str(folder / "emulator"), "--rate-limits", "off"]
    with run_process(command, log=folder / "emulator.log") as process:
        yield Emulator(str(wait_until_ready(process)["url"]).rstrip("/"), process.pid)


@contextmanager
def _fork_server() -> Iterator[Process]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.simulation.fork_server"],
        cwd=ROOT,
        env={**os.environ, **UNMEASURED},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        wait_until_ready(process)
        yield process
    finally:
        if process.stdin:
            process.stdin.close()
        stop(process)
