"""Callbacks that run before a process ends, whichever way it ends."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.services

ROOT = Path(__file__).parents[2]
PROGRAM = """
import asyncio, signal, sys
from shared.shutdown import on_shutdown

def before(*_):
    print("previous", flush=True)
    sys.exit(3)

def work():
    print("work", flush=True)

if sys.argv[1] == "handler":
    signal.signal(signal.SIGTERM, before)
on_shutdown(work)
on_shutdown(work)

async def main():
    if sys.argv[1] == "loop":
        done = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, done.set)
        on_shutdown(work)
        print("ready", flush=True)
        await done.wait()
        print("stopped", flush=True)
        return
    print("ready", flush=True)
    if sys.argv[1] != "leaves":
        await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("kind", "lines", "code"),
    [
        ("leaves", ["work"], 0),
        ("plain", ["work"], -signal.SIGTERM),
        ("handler", ["work", "previous", "work"], 3),
        ("loop", ["stopped", "work"], 0),
    ],
)
def test_work_is_done(kind: str, lines: list[str], code: int) -> None:
    """At exit and at SIGTERM, before or after another handler of SIGTERM, which still runs."""
    command = [sys.executable, "-c", PROGRAM, kind]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        if kind != "leaves":
            process.terminate()
        output = process.stdout.read().split()

    assert (output, process.returncode) == (lines, code)
