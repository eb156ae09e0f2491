"""The emulator's time: real, or moved by a file that other processes write.

The file holds one number in text, the seconds to add to real time; missing or empty means none.
It is read at each call, so that whoever moves the clock moves it for everybody at once.
"""

import os
import time
from datetime import UTC, datetime
from pathlib import Path


class Clock:
    """Seconds since 1970, in UTC."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._own_offset = 0.0

    def now(self) -> float:
        """The current time in seconds since 1970, moved by the clock file if there is one."""
        return time.time() + self._offset()

    def advance(self, seconds: float) -> None:
        """Moves time forward, for everybody who reads the clock file if there is one."""
        offset = self._offset() + seconds
        self._own_offset = offset
        if self._file is not None:
            fresh = self._file.with_name(f"{self._file.name}.{os.getpid()}")
            fresh.write_text(repr(offset))
            fresh.replace(self._file)

    def reset(self) -> None:
        """Goes back to real time, unless a clock file says otherwise: that is not ours alone."""
        self._own_offset = 0.0

    def _offset(self) -> float:
        if self._file is None:
            return self._own_offset
        try:
            return float(self._file.read_text() or 0)
        except FileNotFoundError:
            return 0.0


def isoformat(seconds: float) -> str:
    """A time in seconds since 1970 as Azure Resource Manager writes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"
