"""A bar on a terminal for files that take longer than a second."""

import sys
import time
from typing import TextIO

_PATIENCE = 1.0
_EVERY = 0.1
_WIDTH = 30


class Bar:
    """Call it with the bytes read so far; it draws nothing unless a person is watching."""

    def __init__(self, total: int, out: TextIO | None = None) -> None:
        self._total = max(1, total)
        self._out = out or sys.stderr
        self._started = time.monotonic()
        self._drawn = 0.0

    def __call__(self, done: int) -> None:
        """Redraw the bar if it is time."""
        now = time.monotonic()
        due = now - self._started >= _PATIENCE and now - self._drawn >= _EVERY
        if due and self._out.isatty():
            self._drawn = now
            share = min(1.0, done / self._total)
            filled = int(share * _WIDTH)
            bar = "#" * filled + "." * (_WIDTH - filled)
            self._out.write(f"\r{bar} {share:4.0%} of {self._total / 1e6:,.1f} MB")
            self._out.flush()

    def clear(self) -> None:
        """Remove the bar, if there is one."""
        if self._drawn:
            self._out.write("\r\x1b[K")
            self._out.flush()
