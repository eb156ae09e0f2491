"""Keep the whole stand-in running until Ctrl-C."""

import signal
import threading
from pathlib import Path

from rich.console import Console

from local.demo.client import show_next
from local.stack import Ports, Wish, stack

_DROP = (
    "Drop a dataset: python -m local drop FILE.jsonl --storage STORAGE, with the storage below "
    "in quotes; or upload it to the container datasets there."
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
    with stack(Wish(state, ports)) as here:
        told = f"tunedrop serves at {here.url}; its state and logs are in {state}."
        console.print(told, markup=False, soft_wrap=True)
        console.print(_DROP, markup=False, soft_wrap=True)
        show_next(console, here)
        over.wait()
        console.print("Stopping.")
    return 0
