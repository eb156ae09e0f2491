"""Durable timers: on disk, in a heap, and fired when the clock has reached them."""

import asyncio
import heapq
import sqlite3
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from local.functions_host.clock import Clock
from local.functions_host.durable import instances
from local.functions_host.durable.store import Store


class Timers:
    """Fires timers by putting their TimerFired into the instance's inbox.

    Args:
        store: Where the timers are kept.
        clock: Whose time counts; its next jump is to the first of them.
        wake: Called with each instance that got a message.
    """

    def __init__(self, store: Store, clock: Clock, wake: Callable[[str], None]) -> None:
        self._store = store
        self._clock = clock
        self._wake = wake
        self._heap: list[tuple[float, int]] = []
        self._pending: set[int] = set()
        self._changed = asyncio.Event()
        clock.add_next_due(self.next_due)

    def add(self, timers: Iterable[tuple[int, float]]) -> None:
        """Take on timers that are on disk: their positions and when they are due (Unix time)."""
        for position, due in timers:
            self._pending.add(position)
            heapq.heappush(self._heap, (due, position))
            self._changed.set()

    def drop(self, positions: Iterable[int]) -> None:
        """Forget timers whose instance has ended, so that no clock jumps to them."""
        self._pending.difference_update(positions)

    def next_due(self) -> datetime | None:
        """When the first timer is due, or None."""
        while self._heap and self._heap[0][1] not in self._pending:
            heapq.heappop(self._heap)
        return datetime.fromtimestamp(self._heap[0][0], UTC) if self._heap else None

    async def run(self) -> None:
        """Fire timers until cancelled."""
        while True:
            await self._clock.sleep_until(self.next_due(), self._changed)
            self._changed.clear()
            with self._clock.busy():
                await self._fire()

    async def _fire(self) -> None:
        now = self._clock.now().timestamp()
        due: list[int] = []
        while self._heap and self._heap[0][0] <= now:
            position = heapq.heappop(self._heap)[1]
            if position in self._pending:
                self._pending.discard(position)
                due.append(position)
        if not due:
            return
        for instance in await self._store.write(lambda db: _fire(db, due)):
            self._wake(instance)


def _fire(db: sqlite3.Connection, positions: list[int]) -> list[str]:
    fired = []
    for position in positions:
        row = db.execute(
            "DELETE FROM timers WHERE position = ? RETURNING instance, execution, event",
            (position,),
        ).fetchone()
        if row is not None:
            instances.send(db, row["instance"], row["execution"], instances.read_event(row))
            fired.append(row["instance"])
    return fired
