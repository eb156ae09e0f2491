"""When the daily round is overdue, and who begins it then."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from azure.data.tables import TableServiceClient

from shared.deployments.daily_round import DAY, TABLE, DailyRound, DailyRounds

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
SetTime = Callable[[datetime], None]


@pytest.fixture
def set_time(monkeypatch: pytest.MonkeyPatch) -> SetTime:
    """Set the time of this process."""

    def set_now(at: datetime) -> None:
        monkeypatch.setattr("shared.clock.now", lambda: at)

    set_now(NOW)
    return set_now


@pytest.fixture
def rounds(storage: str, set_time: SetTime) -> Iterator[DailyRounds]:
    """The record in an empty account."""
    with TableServiceClient.from_connection_string(storage) as service:
        yield DailyRounds(service.create_table_if_not_exists(TABLE))


@pytest.mark.parametrize(
    ("started", "after", "overdue"),
    [
        (None, timedelta(0), False),
        (None, 1.99 * HOUR, False),
        (None, 2 * HOUR, True),
        (-DAY, 2 * HOUR, True),
        (HOUR, 2.5 * HOUR, False),
        (HOUR, 3 * HOUR, True),
    ],
)
def test_a_round_is_overdue_after_two_hours(
    started: timedelta | None, after: timedelta, overdue: bool
) -> None:
    """Counted from when it was due, and from the last start, which may have ended badly."""
    known = DailyRound(due=NOW, started=None if started is None else NOW + started)

    assert known.is_overdue(NOW + after) is overdue


@pytest.mark.services
def test_a_new_app_has_a_day(rounds: DailyRounds, set_time: SetTime) -> None:
    """Nothing is overdue on the first day; without a timer it is after that."""
    first = rounds.claim_overdue()
    set_time(NOW + 27 * HOUR)

    assert first is None
    assert rounds.claim_overdue() == DailyRound(due=NOW + DAY)


@pytest.mark.services
def test_one_caller_begins_it(rounds: DailyRounds, set_time: SetTime) -> None:
    """Of callers at the same time one gets the record, the others nothing."""
    rounds.record_start(NOW - 3 * DAY, due=NOW - 2 * DAY)

    with ThreadPoolExecutor(8) as threads:
        claims = list(threads.map(lambda _: rounds.claim_overdue(), range(8)))

    assert len([one for one in claims if one]) == 1
    assert rounds.read().started == NOW


@pytest.mark.services
def test_a_round_that_does_not_end_is_begun_again(rounds: DailyRounds, set_time: SetTime) -> None:
    """Its start counts for two hours; its end for a day."""
    rounds.record_start(NOW - 3 * DAY, due=NOW - 2 * DAY)
    rounds.claim_overdue()
    set_time(NOW + 2 * HOUR)
    again = rounds.claim_overdue()
    rounds.record_end()
    set_time(NOW + 23 * HOUR)
    quiet = rounds.claim_overdue()
    set_time(NOW + 27 * HOUR)

    assert again is not None
    assert quiet is None
    assert rounds.claim_overdue() is not None


@pytest.mark.services
def test_the_timer_s_next_time_stays(rounds: DailyRounds, set_time: SetTime) -> None:
    """The end of a round that the timer began does not move the next one."""
    rounds.record_start(NOW, due=NOW + DAY)
    set_time(NOW + HOUR)

    rounds.record_end()

    assert rounds.read() == DailyRound(due=NOW + DAY, started=NOW, ended=NOW + HOUR)
