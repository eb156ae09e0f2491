"""Rows of days that are over become one for each use, and no count is lost."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest

from shared.billing.usage import Count, Row, UsageKey, usage_table
from shared.billing.usage.folding import fold_usage
from shared.errors import ServiceError

pytestmark = pytest.mark.services

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
OLD, YESTERDAY = "2026-11-23", "2026-11-24"
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


@pytest.fixture(autouse=True)
def table(storage: str, monkeypatch: pytest.MonkeyPatch) -> Iterable[None]:
    """This process with an empty table of use, at that time."""
    monkeypatch.setenv("AzureWebJobsStorage", storage)
    monkeypatch.setattr("shared.clock.now", lambda: NOW)
    usage_table.cache_clear()
    yield
    usage_table.cache_clear()


def put(rows: int, *, day: str = OLD, key: str = "web", run: str = "a-1", first: int = 0) -> None:
    """Rows of as many processes, each with one chat of ten tokens."""
    use = UsageKey(day, key, "a", run, "gpt-4.1-mini")
    row = Row(use, Count(1, 0, 7, 3))
    usage_table().put({f"{day}-{key}-{run}-{n}": row for n in range(first, first + rows)})


def counts() -> dict[tuple[str, str, str], list[int]]:
    """The requests of each row, by day, key and run."""
    found: dict[tuple[str, str, str], list[int]] = {}
    for row in usage_table().between(FIRST, LAST):
        use = row.use
        found.setdefault((use.day, use.key, use.run), []).append(row.count.requests)
    return found


def test_rows_of_a_use_become_one() -> None:
    """One row for each day, key and version of a model, with the sum of all."""
    put(5)
    put(3, key="app")
    put(2, run="a-2")

    fewer = fold_usage()

    assert fewer == 7
    assert counts() == {
        (OLD, "web", "a-1"): [5],
        (OLD, "app", "a-1"): [3],
        (OLD, "web", "a-2"): [2],
    }
    total = sum((row.count for row in usage_table().between(FIRST, LAST)), Count())
    assert total == Count(10, 0, 70, 30)


def test_rows_of_today_and_yesterday_stay() -> None:
    """A process may still be writing what it counted before midnight."""
    put(2, day=YESTERDAY)
    put(2, day="2026-11-25")

    assert fold_usage() == 0
    assert [len(rows) for rows in counts().values()] == [2, 2]


def test_more_rows_are_added_to_what_was_folded() -> None:
    """A second round changes nothing, and takes what came late."""
    put(5)
    fold_usage()
    again = fold_usage()
    put(2, first=5)

    late = fold_usage()

    assert (again, late) == (0, 2)
    assert counts() == {(OLD, "web", "a-1"): [7]}


def test_many_rows_take_several_transactions() -> None:
    """A transaction has at most 100 changes; what is left comes with the next."""
    put(150)

    assert fold_usage() == 149
    assert counts() == {(OLD, "web", "a-1"): [150]}


def test_rounds_at_once_count_nothing_twice() -> None:
    """Of folds at the same time one succeeds, and the others change nothing."""
    put(20)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: fold_usage(), range(4)))

    assert counts() == {(OLD, "web", "a-1"): [20]}


def test_row_that_changes_meanwhile_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that writes between the reading and the transaction keeps its new count."""
    put(2)
    read = usage_table().entities

    def then_a_write(first: date, last: date) -> list[object]:
        found = read(first, last)
        use = UsageKey(OLD, "web", "a", "a-1", "gpt-4.1-mini")
        usage_table().put({f"{OLD}-web-a-1-0": Row(use, Count(9))})
        return found

    monkeypatch.setattr(usage_table(), "entities", then_a_write)

    assert fold_usage() == 0
    monkeypatch.undo()
    assert sorted(counts()[OLD, "web", "a-1"]) == [1, 9]


def test_storage_that_is_away_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """The round logs it; nothing was folded."""
    put(2)

    def refuse(*_: object) -> None:
        raise ServiceError("unreachable", "No answer.", status=502)

    monkeypatch.setattr(usage_table(), "merge", refuse)

    with pytest.raises(ServiceError):
        fold_usage()
