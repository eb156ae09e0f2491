"""The store: one writer, batched, nothing lost and nothing half done."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from local.functions_host.durable import instances
from local.functions_host.durable.instances import AlreadyExists, Start
from local.functions_host.durable.store import Store

AT = "2026-11-25T10:00:00Z"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """An empty store."""
    store = Store(tmp_path / "durable.db")
    yield store
    await asyncio.to_thread(store.close)


def _begin(name: str) -> Start:
    return Start(name, "orchestrator", None)


async def test_reads_what_was_written_at_once(store: Store) -> None:
    """A read that follows a write sees it."""
    await store.write(lambda db: instances.start(db, _begin("a"), at=AT, now=1))

    row = await store.read(lambda db: instances.find(db, "a"))

    assert row is not None
    assert (row["status"], row["created"]) == ("Pending", 1)


async def test_a_change_that_fails_undoes_only_itself(store: Store) -> None:
    """Of changes written together, the one that raises leaves nothing and the others all."""

    def broken_store(db: sqlite3.Connection) -> None:
        instances.start(db, _begin("broken"), at=AT, now=1)
        raise KeyError("broken")

    def fine(name: str) -> object:
        return store.write(lambda db: instances.start(db, _begin(name), at=AT, now=1))

    answers = await asyncio.gather(
        *(fine(f"a{n}") for n in range(5)),  # type: ignore[call-overload]
        store.write(broken_store),
        *(fine(f"b{n}") for n in range(5)),
        return_exceptions=True,
    )
    count = await store.read(lambda db: db.execute("SELECT count(*) FROM instances").fetchone()[0])

    assert isinstance(answers[5], KeyError)
    assert count == 10


async def test_only_one_of_many_starts_of_an_id_wins(store: Store) -> None:
    """Concurrent starts under one id: one succeeds, the others learn that it exists."""
    starts = (
        store.write(lambda db: instances.start(db, _begin("same"), at=AT, now=1)) for _ in range(20)
    )

    answers = await asyncio.gather(*starts, return_exceptions=True)

    assert sum(isinstance(answer, AlreadyExists) for answer in answers) == 19


async def test_a_finished_instance_is_started_over(store: Store) -> None:
    """The old history goes, and the generation counts on."""

    def finish(db: sqlite3.Connection) -> None:
        instances.append(db, "a", 0, [{"EventType": 12}])
        db.execute("UPDATE instances SET status = 'Completed'")

    await store.write(lambda db: instances.start(db, _begin("a"), at=AT, now=1))
    await store.write(finish)
    await store.write(lambda db: instances.start(db, _begin("a"), at=AT, now=2))
    row, history, inbox = await store.read(
        lambda db: (instances.find(db, "a"), instances.history(db, "a"), instances.inbox(db, "a"))
    )

    assert row is not None
    assert (row["generation"], history, len(inbox)) == (1, [], 1)
    assert instances.read_event(inbox[0])["Generation"] == 1


async def test_keeps_everything_over_a_restart(tmp_path: Path) -> None:
    """What was written is there when the file is opened again."""
    first = Store(tmp_path / "durable.db")
    await first.write(lambda db: instances.start(db, _begin("a"), at=AT, now=1))
    await asyncio.to_thread(first.close)
    second = Store(tmp_path / "durable.db")

    row = await second.read(lambda db: instances.find(db, "a"))
    await asyncio.to_thread(second.close)

    assert row is not None
