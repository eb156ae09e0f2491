"""The one clock outside orchestrators.

Orchestrators take their time from Durable Functions; everything else asks here, so that a test or a
laptop can move time for the whole program at once. `CLOCK_FILE` names a file with the number of
seconds to add to real time; it is set by the local host under its virtual clock and nowhere else.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path


def now() -> datetime:
    """The current time, aware, in UTC."""
    return datetime.now(UTC) + timedelta(seconds=_offset())


def _offset() -> float:
    path = os.environ.get("CLOCK_FILE")
    if not path:
        return 0.0
    try:
        return float(Path(path).read_text() or 0)
    except FileNotFoundError:
        return 0.0
