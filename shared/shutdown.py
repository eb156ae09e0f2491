"""What is still to be done when the process is stopped.

The Functions platform has no hook for it. A worker ends by SIGTERM or by leaving its main module;
both are handled here. Nothing helps against SIGKILL.
"""

import atexit
import logging
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType

log = logging.getLogger("tunedrop")

_callbacks: list[Callable[[], None]] = []


def on_shutdown(callback: Callable[[], None]) -> None:
    """Call `callback` before the process ends; it must be quick, and may be called twice.

    A callback is registered once. If the first one is registered by another thread than the main
    thread, SIGTERM is not handled: Python allows that in the main thread only.
    """
    if not _callbacks:
        _install()
    if callback not in _callbacks:
        _callbacks.append(callback)


def _install() -> None:
    atexit.register(_run_callbacks)
    if threading.current_thread() is not threading.main_thread():
        return
    previous = signal.getsignal(signal.SIGTERM)

    def handle_signal(number: int, frame: FrameType | None) -> None:
        _run_callbacks()
        # The previous handler still runs; it may let others finish first.
        if callable(previous):
            previous(number, frame)
        elif previous == signal.SIG_DFL:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

    signal.signal(signal.SIGTERM, handle_signal)


def _run_callbacks() -> None:
    for callback in _callbacks:
        try:
            callback()
        except Exception:
            log.exception("a shutdown callback failed")
