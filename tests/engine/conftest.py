"""The tests here run on Microsoft's own Durable extension and Python worker, or say why not.

Both lie in `../shared` beside the checkout. The worker runs the app on Python 3.13 with the
packages of requirements.txt and nothing else, whatever Python the tests run on.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from local.processes import ROOT
from tests.journeys.place import ENGINE, Place

WORKER = ENGINE.parent.parent / "worker"
#: Makes the worker's environment where it is missing, which takes minutes, once.
_ASK = "import sys, python313; print(python313.why_not(sys.argv[1]) or '')"


@pytest.fixture(scope="session", autouse=True)
def engine() -> None:
    """Skip where the engine cannot run."""
    if reason := _reason():
        pytest.skip(f"not run: {reason}")


def _reason() -> str:
    """Why the engine cannot run here; empty if it can."""
    for folder in (ENGINE.parent, WORKER):
        if not folder.exists():
            return f"the real engine needs {folder}, which is not there"
    if sys.platform != "linux":
        return "the real engine runs on Linux only"
    command = [sys.executable, "-c", _ASK, str(ROOT)]
    asked = subprocess.run(command, cwd=WORKER, capture_output=True, text=True, check=True)
    return asked.stdout.strip()


def worker_of(here: Place) -> int:
    """The Python worker that is the engine's child now; 0 while there is none."""
    for pid in Path(f"/proc/{here.pid}/task/{here.pid}/children").read_text().split():
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:  # it ended in between
            continue
        if b"worker.py" in command:
            return int(pid)
    return 0
