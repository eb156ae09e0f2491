"""Chats are counted at once and written in batches, and none is lost or doubled."""

import asyncio
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest

from shared import clock
from shared.billing.usage import Count, Counter, Row, UsageKey, UsageTable, usage_table

# The counter drops days that are over, so the day counted has to be the day of the run. It keeps
# yesterday, too: midnight in the middle of a test is harmless.
TODAY = clock.now().date()
TOMORROW = TODAY + timedelta(days=1)
DAY = TODAY.isoformat()
USE = UsageKey(DAY, "web", "brolly", "brolly-0123456789", "gpt-4.1-mini-2025-04-14")
ONE = Count(requests=1, prompt_tokens=10, completion_tokens=5)
SOON = timedelta(milliseconds=5)
NEVER = timedelta(days=1)


class Table:
    """Keeps what was written; fails as often as it is asked to."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.writes = 0
        self.fails = 0

    def put(self, rows: Mapping[str, Row]) -> None:
        """Write, or fail."""
        self.writes += 1
        if self.fails:
            self.fails -= 1
            raise OSError("storage is away")
        self.rows.update(rows)


async def test_many_chats_are_one_write() -> None:
    """A thousand chats at once are added up before they are written."""
    table = Table()
    counter = Counter(table.put, SOON)

    for _ in range(1000):
        counter.note(USE, ONE)
    await _until(lambda: table.rows)

    assert [row.count for row in table.rows.values()] == [Count(1000, 0, 10_000, 5_000)]
    assert table.writes == 1


async def test_a_failed_write_is_made_good() -> None:
    """While storage is away the counts wait; nothing is lost."""
    table = Table()
    table.fails = 3
    counter = Counter(table.put, SOON)

    counter.note(USE, ONE)
    await _until(lambda: table.rows)

    assert [row.count for row in table.rows.values()] == [ONE]


async def test_later_chats_are_written_too() -> None:
    """After a pause the next chat starts the writing again, in the same row."""
    table = Table()
    counter = Counter(table.put, SOON)
    counter.note(USE, ONE)
    await _until(lambda: table.rows)

    counter.note(USE, ONE)
    await _until(lambda: [row.count for row in table.rows.values()] == [ONE + ONE])

    assert len(table.rows) == 1


async def test_what_differs_has_rows_of_its_own() -> None:
    """Keys, models, versions and days are counted apart."""
    table = Table()
    counter = Counter(table.put, NEVER)
    uses = [
        USE,
        UsageKey(TOMORROW.isoformat(), "web", "brolly", USE.run, USE.base_model),
        UsageKey(DAY, "app", "brolly", USE.run, USE.base_model),
        UsageKey(DAY, "web", "base"),
    ]

    for use in uses:
        counter.note(use, ONE)
    await counter.flush()

    assert {row.use for row in table.rows.values()} == set(uses)


async def test_days_that_are_over_are_let_go() -> None:
    """A process that runs for weeks does not keep its past in memory."""
    counter = Counter(Table().put, NEVER)
    counter.note(UsageKey("2020-01-01", "web", "base"), ONE)

    await counter.flush()

    assert counter._counts == {}


async def test_a_chat_during_a_write_is_not_lost() -> None:
    """What is counted while a write is on its way is written by the next one."""
    table, going, go_on = Table(), threading.Event(), threading.Event()

    def slow(rows: Mapping[str, Row]) -> None:
        going.set()
        assert go_on.wait(60)
        table.put(rows)

    counter = Counter(slow, NEVER)
    counter.note(USE, ONE)
    writing = asyncio.ensure_future(counter.flush())
    await asyncio.to_thread(going.wait, 60)
    counter.note(USE, ONE)
    go_on.set()
    await writing
    await counter.flush()

    assert [row.count for row in table.rows.values()] == [ONE + ONE]


@pytest.mark.usefixtures("app")
def test_instances_add_up_in_the_table() -> None:
    """Several instances count the same use; written twice or late, each counts once."""
    rows = {f"{DAY}-{number}": Row(USE, ONE) for number in range(3)}
    table: UsageTable = usage_table()

    table.put(rows)
    table.put({**rows, f"{TOMORROW}-0": Row(UsageKey(TOMORROW.isoformat(), "web", "base"), ONE)})

    found = list(table.between(TODAY, TODAY))
    assert sum((row.count for row in found), Count()) == Count(3, 0, 30, 15)
    assert {row.use for row in found} == {USE}


async def _until(look: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not look():  # noqa: ASYNC110  what is waited for knows no events
            await asyncio.sleep(0.005)
