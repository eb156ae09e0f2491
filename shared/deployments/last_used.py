"""When a version was last used: pending for every chat, written to its row now and then.

The first use after a pause is written at once, because it must win against a retirement that is
being decided; in a busy time a version is written once in `LAST_USED_EVERY`, the last use included.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from shared import clock
from shared.registry import Run, registry
from shared.settings import settings

log = logging.getLogger("tunedrop.use")


@dataclass
class _Pending:
    used: datetime
    written: datetime | None = None
    task: "asyncio.Task[None] | None" = None
    due: asyncio.Event = field(default_factory=asyncio.Event)


class LastUsedRecorder:
    """Records the last use of runs for one process; what is pending waits in its event loop."""

    def __init__(self, write: Callable[[str, datetime], None], every: timedelta) -> None:
        self._write = write
        self._every = every
        self._pending: dict[str, _Pending] = {}

    def record(self, run: str) -> None:
        """A chat with this run was answered. Returns at once, and never fails a chat."""
        now = clock.now()
        pending = self._pending.get(run)
        if pending is None:
            pending = self._pending[run] = _Pending(now)
        pending.used = now
        if pending.written is None or pending.written + self._every <= now:
            pending.due.set()
        if pending.task is None or pending.task.done():
            pending.task = asyncio.ensure_future(self._write_when_due(run, pending))

    async def _write_when_due(self, run: str, pending: _Pending) -> None:
        """Write until the newest use is written; ends early if writing fails."""
        while pending.written is None or pending.used > pending.written:
            # Not a plain sleep: the clock may jump, and then the next use must not wait.
            with suppress(TimeoutError):
                await asyncio.wait_for(pending.due.wait(), max(self._left(pending), 0))
            used = pending.used
            try:
                await asyncio.to_thread(self._write, run, used)
            except Exception:
                log.exception("last use of %s was not written; the next chat tries again", run)
                return
            pending.written = used
            pending.due.clear()

    def _left(self, pending: _Pending) -> float:
        """Seconds until it may be written again."""
        if pending.written is None:
            return 0.0
        return (pending.written + self._every - clock.now()).total_seconds()


@lru_cache(maxsize=1)
def last_used_recorder() -> LastUsedRecorder:
    """The recorder of this process."""
    return LastUsedRecorder(move_last_used_forward, settings().last_used_every)


def move_last_used_forward(run: str, used: datetime) -> None:
    """Move a row's `last_used` to `used`, never back."""

    def later(row: Run) -> Run:
        known = row.deployment.last_used
        return row if known and known >= used else row.with_deployment(last_used=used)

    registry().change(run, later)
