"""Counts chats in memory and writes them now and then, so that a chat costs no table write.

A killed process loses what came after its last write, at most `USAGE_EVERY`; one that is asked to
stop writes first.
"""

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import lru_cache
from threading import Lock

from shared import clock
from shared.billing.usage.count import Count, Row, UsageKey
from shared.billing.usage.table import usage_table
from shared.settings import settings
from shared.shutdown import on_shutdown

log = logging.getLogger("tunedrop.usage")
PATIENCE = 10.0  # seconds that the end of the process waits for a write that is on its way


class Counter:
    """The chats of one process, counted in its event loop."""

    def __init__(self, write: Callable[[Mapping[str, Row]], None], every: timedelta) -> None:
        self._write = write
        self._every = every.total_seconds()
        self._instance = secrets.token_hex(8)
        self._counts: dict[UsageKey, Count] = {}
        self._written: dict[UsageKey, Count] = {}
        self._task: asyncio.Task[None] | None = None
        self._writing = Lock()

    def note(self, use: UsageKey, count: Count) -> None:
        """Count a chat. Returns at once, and never fails a chat."""
        before = self._counts.get(use)
        self._counts[use] = count if before is None else before + count
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._keep())

    async def flush(self) -> None:
        """Write what is not written, in a thread.

        Raises:
            ServiceError: if storage refuses or does not answer; the counts stay for the next time.
        """
        await asyncio.to_thread(self.flush_now)

    def flush_now(self) -> None:
        """The same in this thread, once a write that is on its way has ended."""
        if not self._writing.acquire(timeout=PATIENCE):
            return
        try:
            fresh = self._fresh()
            if fresh:
                self._write({self._key(use): Row(use, count) for use, count in fresh.items()})
                self._written.update(fresh)
            self._forget()
        finally:
            self._writing.release()

    async def _keep(self) -> None:
        """Write now and then until all is written."""
        while self._fresh():
            await asyncio.sleep(self._every)
            try:
                await self.flush()
            except Exception:
                log.exception("the use of the chat was not written; it is tried again")

    def _fresh(self) -> dict[UsageKey, Count]:
        # A count is replaced, never changed: another thread sees it before or after, not between.
        counts = list(self._counts.items())
        return {use: count for use, count in counts if self._written.get(use) != count}

    def _forget(self) -> None:
        """Drop days that are over and written."""
        now = clock.now()
        kept = {(now - timedelta(days=days)).date().isoformat() for days in (0, 1)}
        for use, count in list(self._written.items()):
            if use.day not in kept and self._counts.get(use) == count:
                del self._counts[use], self._written[use]

    def _key(self, use: UsageKey) -> str:
        what = f"{use.key}\n{use.model}\n{use.run}\n{use.base_model}\n{use.sku}"
        # With the day, although it is the partition: here all days are side by side.
        return f"{use.day}-{self._instance}-{hashlib.sha256(what.encode()).hexdigest()[:12]}"


@lru_cache(maxsize=1)
def counter() -> Counter:
    """The counter of this process."""
    on_shutdown(_write_last)
    return Counter(lambda rows: usage_table().put(rows), settings().usage_every)


def _write_last() -> None:
    if counter.cache_info().currsize:
        counter().flush_now()
