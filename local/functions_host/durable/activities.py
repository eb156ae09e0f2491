"""Runs activities: at least once each, a bounded number at a time, the result recorded once."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from local.functions_host.clock import Clock
from local.functions_host.durable import events, failures, instances
from local.functions_host.durable.crashes import CrashPoints
from local.functions_host.durable.events import Event
from local.functions_host.durable.functions import FunctionError, Functions
from local.functions_host.durable.journal import Journal
from local.functions_host.durable.net_json import Unreadable, rewrite
from local.functions_host.durable.stamps import stamp
from local.functions_host.durable.store import Store

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Work:
    """An activity that an instance asked for; its row is deleted when the result is recorded."""

    position: int
    instance: str
    execution: str
    number: int
    name: str
    input: str | None

    @classmethod
    def from_row(cls, row: sqlite3.Row) -> "Work":
        """Read a row of the table `work`."""
        return cls(**dict(row))


class Activities:
    """The activities that wait or run.

    Args:
        functions: The app's functions.
        store: Where results go.
        clock: Kept from jumping while an activity runs.
        points: Where faults may happen.
        journal: Gets every call.
        wake: Called with each instance that got a result.
        limit: How many run at the same time (`maxConcurrentActivityFunctions`).
    """

    def __init__(
        self,
        functions: Functions,
        store: Store,
        clock: Clock,
        points: CrashPoints,
        journal: Journal,
        *,
        wake: Callable[[str], None],
        limit: int,
    ) -> None:
        self._functions = functions
        self._store = store
        self._clock = clock
        self._points = points
        self._journal = journal
        self._wake = wake
        self._slots = asyncio.Semaphore(limit)
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, work: Work) -> None:
        """Run an activity as soon as a slot is free. What is killed meanwhile runs again."""
        task = asyncio.create_task(self._run(work), name=f"activity {work.name}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Abandon all; they run again with the next start on the same state."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, work: Work) -> None:
        async with self._slots:
            with self._clock.busy():
                try:
                    await self._deliver(work)
                except Exception:  # noqa: BLE001 - one activity must not end the host
                    _log.exception("activity %s of %s was not recorded", work.name, work.instance)

    async def _deliver(self, work: Work) -> None:
        event = await self._event(work)
        if await self._store.write(lambda db: _record(db, work, event)):
            self._wake(work.instance)
        await self._points.reach(f"activity:{work.name}:recorded")

    async def _event(self, work: Work) -> Event:
        try:
            await self._points.reach(f"activity:{work.name}:before")
            result = rewrite(await self._call(work))
            await self._points.reach(f"activity:{work.name}:after")
        except (FunctionError, Unreadable) as error:
            failure = error if isinstance(error, FunctionError) else FunctionError(str(error))
            reason = failures.activity_reason(work.name, failure.message)
            details = failures.activity_details(failure.message, failure.stack)
            return events.failure_event(stamp(self._clock.now()), work.number, reason, details)
        return events.result_event(stamp(self._clock.now()), work.number, result)

    async def _call(self, work: Work) -> str | None:
        if await self._points.duplicates(f"activity:{work.name}:concurrent"):
            first, _ = await asyncio.gather(
                self._once(work), self._once(work), return_exceptions=True
            )
            if isinstance(first, BaseException):
                raise first
            return first
        if await self._points.duplicates(f"activity:{work.name}:twice"):
            await asyncio.gather(self._once(work), return_exceptions=True)
        return await self._once(work)

    async def _once(self, work: Work) -> str | None:
        about = work.name, work.instance
        self._journal.activity("started", *about, input=work.input)
        try:
            result = await self._functions.act(work.name, work.input)
        except FunctionError as failure:
            self._journal.activity("failed", *about, message=failure.message, stack=failure.stack)
            raise
        self._journal.activity("ended", *about, result=result)
        return result


def _record(db: sqlite3.Connection, work: Work, event: Event) -> bool:
    gone = db.execute("DELETE FROM work WHERE position = ?", (work.position,)).rowcount == 0
    row = instances.find(db, work.instance)
    if gone or row is None or row["execution"] != work.execution:
        return False
    instances.send(db, work.instance, work.execution, event)
    return True
