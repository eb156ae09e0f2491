"""When a version was last used: noted for every chat, written to its row now and then.

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
from shared.registry.records import iso
from shared.settings import settings

log = logging.getLogger("tunedrop.use")


@dataclass
class _Noted:
    used: datetime
    written: datetime | None = None
    task: "asyncio.Task[None] | None" = None
    due: asyncio.Event = field(default_factory=asyncio.Event)


class Use:
    """The uses of one process, noted in its event loop."""

    def __init__(self, write: Callable[[str, datetime], None], every: timedelta) -> None:
        self._write = write
        self._every = every
        self._noted: dict[str, _Noted] = {}

    def note(self, run: str) -> None:
        """A chat with this run was answered. Returns at once, and never fails a chat."""
        now = clock.now()
        noted = self._noted.get(run)
        if noted is None:
            noted = self._noted[run] = _Noted(now)
        noted.used = now
        if noted.written is None or noted.written + self._every <= now:
            noted.due.set()
        if noted.task is None or noted.task.done():
            noted.task = asyncio.ensure_future(self._keep(run, noted))

    async def _keep(self, run: str, noted: _Noted) -> None:
        """Write until the newest use is written; ends early if writing fails."""
        while noted.written is None or noted.used > noted.written:
            # Not a plain sleep: the clock may jump, and then the next use must not wait.
            with suppress(TimeoutError):
                await asyncio.wait_for(noted.due.wait(), max(self._left(noted), 0))
            used = noted.used
            try:
                await asyncio.to_thread(self._write, run, used)
            except Exception:
                log.exception("last use of %s was not written; the next chat tries again", run)
                return
            noted.written = used
            noted.due.clear()

    def _left(self, noted: _Noted) -> float:
        """Seconds until it may be written again."""
        if noted.written is None:
            return 0.0
        return (noted.written + self._every - clock.now()).total_seconds()


@lru_cache(maxsize=1)
def use() -> Use:
    """The uses of this process."""
    return Use(written, settings().last_used_every)


def written(run: str, used: datetime) -> None:
    """Move a row's `last_used` to `used`, never back."""
    text = iso(used)

    def later(row: Run) -> Run:
        return row if row.deployment.last_used >= text else row.with_deployment(last_used=text)

    registry().change(run, later)
