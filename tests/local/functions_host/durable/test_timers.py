"""Durable timers."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from local.functions_host.clock import RealClock
from local.functions_host.durable import events
from local.functions_host.durable.net_json import dump
from local.functions_host.durable.store import Store
from local.functions_host.durable.timers import Timers


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """An empty store."""
    store = Store(tmp_path / "durable.db")
    yield store
    await asyncio.to_thread(store.close)


async def _add(store: Store, instance: str, due: float) -> tuple[int, float]:
    event = dump(events.timer_fired_event("2026-11-25T10:00:00Z", 0, "2026-11-25T10:00:00Z"))
    sql = "INSERT INTO timers(instance, execution, due, event) VALUES (?, 'e', ?, ?)"
    position = await store.write(lambda db: db.execute(sql, (instance, due, event)).lastrowid)
    return position or 0, due


async def test_fires_those_that_are_due_and_no_others(store: Store) -> None:
    """A timer puts its event into the inbox when its time has come; the next one is then due."""
    clock = RealClock()
    woken: asyncio.Queue[str] = asyncio.Queue()
    timers = Timers(store, clock, woken.put_nowait)
    now = clock.now().timestamp()
    running = asyncio.create_task(timers.run())

    timers.add([await _add(store, "late", now + 3600), await _add(store, "due", now - 1)])
    first = await asyncio.wait_for(woken.get(), 10)
    running.cancel()
    count = await store.read(lambda db: db.execute("SELECT count(*) FROM inbox").fetchone()[0])
    following = timers.next_due()

    assert (first, woken.empty(), count) == ("due", True, 1)
    assert following is not None
    assert abs(following.timestamp() - now - 3600) < 1


async def test_a_dropped_timer_is_waited_for_no_more(store: Store) -> None:
    """Once its instance has ended no clock jumps to a timer."""
    clock = RealClock()
    timers = Timers(store, clock, lambda _: None)
    later = (clock.now() + timedelta(days=1)).timestamp()

    timers.add([await _add(store, "one", later)])
    before = timers.next_due()
    timers.drop([1])

    assert before is not None
    assert timers.next_due() is None
