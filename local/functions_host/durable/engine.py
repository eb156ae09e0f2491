"""The Durable engine: takes in messages, runs episodes and activities, survives being killed.

All state is on disk (`store.py`). Memory holds only what is ready to run, rebuilt at start from
what has not ended; finished instances cost nothing.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path

from local.functions_host.clock import Clock
from local.functions_host.durable import instances, outgoing
from local.functions_host.durable.activities import Activities, Work
from local.functions_host.durable.commit import Commit, Effects
from local.functions_host.durable.crashes import CrashPoints
from local.functions_host.durable.episode import Episode, decide, load
from local.functions_host.durable.functions import Functions
from local.functions_host.durable.journal import Journal
from local.functions_host.durable.links import Links
from local.functions_host.durable.stamps import stamp
from local.functions_host.durable.store import Store
from local.functions_host.durable.timers import Timers

_log = logging.getLogger(__name__)


class Engine:
    """Runs the orchestrations of one task hub.

    Args:
        functions: The app's orchestrators and activities.
        clock: The host's clock; the host runs it.
        state: The folder of the database; created if need be.
        hub: The task hub's name, part of the links.
        base_url: Gives the host's own address, without a slash at the end, once it serves.
        max_activities: How many activities run at the same time.
        max_orchestrators: How many episodes run at the same time.
        crash: Faults to inject; by default those in the environment (see `crashes.py`).
        code: Gives the key that links carry (`code=`), or an empty text for none.
    """

    def __init__(
        self,
        functions: Functions,
        clock: Clock,
        state: Path,
        *,
        hub: str,
        base_url: Callable[[], str],
        max_activities: int,
        max_orchestrators: int,
        crash: CrashPoints | None = None,
        code: Callable[[], str] = lambda: "",
    ) -> None:
        state.mkdir(parents=True, exist_ok=True)
        self.clock = clock
        self.store = Store(state / "durable.db")
        self.links = Links(hub, base_url, code)
        self._functions = functions
        self._points = crash if crash is not None else CrashPoints.from_environment()
        self._points.keep_in(self.store)
        self._journal = Journal.from_environment()
        self._timers = Timers(self.store, clock, self.wake)
        self._activities = Activities(
            functions,
            self.store,
            clock,
            self._points,
            self._journal,
            wake=self.wake,
            limit=max_activities,
        )
        self._limit = max_orchestrators
        self._ready: dict[str, None] = {}
        self._again: set[str] = set()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._timer_task: asyncio.Task[None] | None = None
        self._requests: Callable[[], None] = lambda: None

    async def start(self) -> None:
        """Take up what the state says is unfinished, and serve."""
        self._requests = outgoing.watch(self._points)
        work, timers, ready = await self.store.read(_load_open_work)
        self._timers.add(timers)
        self._timer_task = asyncio.create_task(self._timers.run(), name="durable timers")
        for item in work:
            self._activities.add(item)
        for instance in ready:
            self.wake(instance)

    async def stop(self) -> None:
        """Abandon what runs, to be repeated at the next start, and close the state."""
        self._limit = 0
        tasks = [*self._running.values()]
        if self._timer_task is not None:
            tasks.append(self._timer_task)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._requests()
        await self._activities.stop()
        await asyncio.to_thread(self.store.close)

    def client_binding(self) -> str:
        """The JSON text that a function with a durableClient input receives."""
        return self.links.client_binding()

    def wake(self, instance: str) -> None:
        """Look into an instance's inbox soon. Call this once a message for it is on disk."""
        if instance in self._running:
            self._again.add(instance)
        else:
            self._ready[instance] = None
            self._dispatch()

    def _dispatch(self) -> None:
        while self._ready and len(self._running) < self._limit:
            instance = next(iter(self._ready))
            del self._ready[instance]
            task = asyncio.create_task(self._serve(instance), name=f"episode {instance}")
            self._running[instance] = task

    async def _serve(self, instance: str) -> None:
        with self.clock.busy():
            try:
                await self._episode(instance)
            except Exception:  # noqa: BLE001 - one instance must not end the host
                _log.exception("the episode of %s was not recorded", instance)
            finally:
                del self._running[instance]
                if instance in self._again:
                    self._again.discard(instance)
                    self._ready[instance] = None
                self._dispatch()

    async def _episode(self, instance: str) -> None:
        at = stamp(self.clock.now())
        episode = await self.store.read(lambda db: load(db, instance, at))
        if not isinstance(episode, Episode):
            positions = episode
            if positions:
                await self.store.write(lambda db: instances.take(db, positions))
            return
        point = f"episode:{episode.name}"
        await self._points.reach(f"{point}:before")
        answer, outcome = await decide(episode, self._functions, self._journal)
        await self._points.reach(f"{point}:after")
        now = self.clock.now()
        commit = Commit(episode, answer, outcome, stamp(now), now.timestamp())
        self._apply(await self.store.write(commit.write))
        await self._points.reach(f"{point}:recorded")

    def _apply(self, effects: Effects) -> None:
        self._timers.add(effects.timers)
        self._timers.drop(effects.ended_timers)
        for work in effects.work:
            self._activities.add(work)
        for instance in effects.wake:
            self.wake(instance)


def _load_open_work(
    db: sqlite3.Connection,
) -> tuple[list[Work], list[tuple[int, float]], list[str]]:
    work = [Work.from_row(row) for row in db.execute("SELECT * FROM work ORDER BY position")]
    timers = [(row[0], row[1]) for row in db.execute("SELECT position, due FROM timers")]
    waiting = "SELECT instance FROM inbox GROUP BY instance ORDER BY min(position)"
    ready = [row[0] for row in db.execute(waiting)]
    fresh = "SELECT id FROM instances WHERE status IN ('Pending', 'Running', 'Suspended') AND fresh"
    ready += [row[0] for row in db.execute(fresh)]
    return work, timers, ready
