"""What an episode shows to the SDK, and what is dropped."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from local.functions_host.durable import events, instances
from local.functions_host.durable.episode import Episode, load
from local.functions_host.durable.instances import Start
from local.functions_host.durable.store import Store

AT = "2026-11-25T10:00:00Z"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """A store with one instance that was started with a JSON string."""
    store = Store(tmp_path / "durable.db")
    new = Start("run", "work", '"{\\"n\\": 1}"', source="first")
    await store.write(lambda db: instances.start(db, new, at=AT, now=1))
    yield store
    await asyncio.to_thread(store.close)


async def test_shows_the_first_episode_as_the_extension_does(store: Store) -> None:
    """The trigger's members stand in the real order, with the start's text parsed once."""
    episode = await store.read(lambda db: load(db, "run", AT))

    assert isinstance(episode, Episode)
    context = json.loads(episode.context())
    assert list(context) == [
        "history",
        "input",
        "instanceId",
        "isReplaying",
        "parentInstanceId",
        "sourceInstanceId",
        "upperSchemaVersion",
        "upperSchemaVersionNew",
        "longRunningTimerIntervalDuration",
        "maximumShortTimerDuration",
        "defaultHttpAsyncRequestSleepTimeMillseconds",
    ]
    assert [event["EventType"] for event in context["history"]] == [12, 0]
    assert context["input"] == '{"n": 1}'
    assert (context["isReplaying"], context["sourceInstanceId"]) == (False, "first")


async def test_drops_results_for_another_execution(store: Store) -> None:
    """A result that an earlier execution waited for is not shown, only taken."""

    def answer_late(db: sqlite3.Connection) -> None:
        instances.take(db, [row["position"] for row in instances.inbox(db, "run")])
        instances.send(db, "run", "an earlier one", events.result_event(AT, 0, "1"))

    await store.write(answer_late)

    dropped = await store.read(lambda db: load(db, "run", AT))

    assert isinstance(dropped, list)
    assert len(dropped) == 1


async def test_drops_messages_for_what_has_ended(store: Store) -> None:
    """A finished instance has no more episodes."""
    await store.write(lambda db: db.execute("UPDATE instances SET status = 'Completed'").rowcount)

    dropped = await store.read(lambda db: load(db, "run", AT))

    assert isinstance(dropped, list)
    assert len(dropped) == 1
