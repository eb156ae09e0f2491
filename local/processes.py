"""Child processes: start one, wait until it says that it serves, stop it; and a port to keep."""

import json
import os
import secrets
import selectors
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
START_SECONDS = 60.0
STOP_SECONDS = 10.0

Process = subprocess.Popen[bytes]


class StartError(Exception):
    """A child ended, or was silent, before it served."""


@contextmanager
def run_process(
    command: Sequence[str],
    *,
    log: Path | None = None,
    folder: Path = ROOT,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Process]:
    """Run a child as `start` does, and stop it at the end."""
    process = start(command, log=log, folder=folder, environment=environment)
    try:
        yield process
    finally:
        stop(process)


def start(
    command: Sequence[str],
    *,
    log: Path | None = None,
    folder: Path = ROOT,
    environment: Mapping[str, str] | None = None,
) -> Process:
    """Start a child.

    Args:
        command: Program and arguments.
        log: File that takes what it writes to stderr; None leaves it on this terminal.
        folder: Its working folder.
        environment: What it gets beside this process's environment.
    """
    with Path(log or os.devnull).open("ab") as file:
        return subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=file if log else None,
            # Ctrl-C goes to the parent, which stops its children in order.
            start_new_session=True,
        )


def stop(process: Process) -> None:
    """Ask the process to end, and end it if it does not in time."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.stdout:
        process.stdout.close()


def wait_until_ready(process: Process, seconds: float = START_SECONDS) -> dict[str, Any]:
    """What a server says on its `READY` line.

    Raises:
        StartError: if it ends, or is silent for `seconds`, before that line.
    """
    for line in read_lines(process, seconds):
        if line.startswith("READY "):
            answer: dict[str, Any] = json.loads(line.removeprefix("READY "))
            return answer
    raise StartError(f"{_name(process)} did not start (exit code {process.poll()}).")


def read_lines(process: Process, seconds: float) -> Iterator[str]:
    """The lines that a process prints within the next `seconds`."""
    if process.stdout is None:
        raise ValueError("the process was started without a pipe")
    until, text = time.monotonic() + seconds, b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while selector.select(max(0.0, until - time.monotonic())):
            # Not readline: what it reads ahead would be hidden from `select`.
            piece = os.read(process.stdout.fileno(), 65536)
            if not piece:
                return
            *whole, text = (text + piece).split(b"\n")
            yield from (line.decode(errors="replace") for line in whole)


def free_port() -> int:
    """A port that nothing listens on, and that no system gives to those who ask for any port.

    A server that is killed has its port back when it starts again; meanwhile nobody else may get
    it, and be taken for that server by its clients.
    """
    while True:
        port = 20_000 + secrets.randbelow(10_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def _name(process: Process) -> str:
    arguments = process.args if isinstance(process.args, list) else [process.args]
    return " ".join(Path(str(part)).name for part in arguments[:3])
