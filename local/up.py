"""Runs storage, emulator and host until Ctrl-C."""

import signal
import threading
from pathlib import Path

from rich.console import Console

from local.demo.client import show_commands
from local.stack import Ports, StackConfig, stack

_DROP = (
    "To drop a dataset, run `python -m local drop FILE.jsonl --storage STORAGE` with the "
    "connection string below in quotes, or upload the file to the container `datasets`."
)


def up(state: Path, ports: Ports) -> int:
    """Start everything, print what can be called, stop at Ctrl-C.

    What was dropped, trained and deployed is kept in `state` and goes on at the next start.
    """
    console = Console()
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    console.print("Starting storage, the emulated Azure OpenAI and the Functions host ...")
    with stack(StackConfig(state, ports)) as here:
        address = f"tunedrop runs at {here.url}. State and logs are in {state}."
        console.print(address, markup=False, soft_wrap=True)
        console.print(_DROP, markup=False, soft_wrap=True)
        show_commands(console, here)
        over.wait()
        console.print("Stopping.")
    return 0
