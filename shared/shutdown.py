"""What is still to be done when the process is told to end.

The Functions platform has no hook for it. A worker ends by SIGTERM or by leaving its main module;
both are met here. Against SIGKILL nothing helps.
"""

import atexit
import logging
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType

log = logging.getLogger("tunedrop")


_works: list[Callable[[], None]] = []


def at_end(work: Callable[[], None]) -> None:
    """Call `work` before the process ends; it must be quick, and may be called twice.

    The same work is kept once. Where the first one comes from another thread than the main one,
    SIGTERM is not met, as Python has it.
    """
    if not _works:
        _watch()
    if work not in _works:
        _works.append(work)


def _watch() -> None:
    atexit.register(_end)
    if threading.current_thread() is not threading.main_thread():
        return
    before = signal.getsignal(signal.SIGTERM)

    def ended(number: int, frame: FrameType | None) -> None:
        _end()
        # Whoever was to be told before is told still; it may let others finish first.
        if callable(before):
            before(number, frame)
        elif before == signal.SIG_DFL:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

    signal.signal(signal.SIGTERM, ended)


def _end() -> None:
    for work in _works:
        try:
            work()
        except Exception:
            log.exception("what was to be done at the end failed")
