"""NCRONTAB schedules as the real host reads them."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.functions_host.timers.schedule import parse

START = datetime(2000, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 25, 10, 0, 0, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 0 3 * * *", "2026-11-26T03:00:00"),
        ("*/20 * * * * *", "2026-11-25T10:00:20"),
        ("0 */5 * * * *", "2026-11-25T10:05:00"),
        ("30 0 10 * * *", "2026-11-25T10:00:30"),
        ("0 30 9 * Jan Mon", "2027-01-04T09:30:00"),
        ("0 0 9-17/4 * * 1-5", "2026-11-25T13:00:00"),
        ("0 0 0 1,15 * *", "2026-12-01T00:00:00"),
        ("0 0 0 29 2 *", "2028-02-29T00:00:00"),
        ("0 0 0 29 2 sat", "2048-02-29T00:00:00"),
        ("*/5 * * * *", "2026-11-25T10:05:00"),
        ("5/20 * * * * *", "2026-11-25T10:00:05"),
        ("0 0 0 * * SUN", "2026-11-29T00:00:00"),
        ("0 0 0 * January Monday", "2027-01-04T00:00:00"),
    ],
)
def test_next_occurrence(text: str, expected: str) -> None:
    """Fields, names, ranges, steps and lists give the same next time as NCRONTAB; UTC."""
    assert parse(text).after(NOW) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has 0 fields"),
        ("* * * *", "has 4 fields"),
        ("00:45:00", "An interval such as 00:30:00"),
        ("60 * * * * *", "'60' is no second from 0 to 59"),
        ("0 0 24 * * *", "'24' is no hour from 0 to 23"),
        ("0 0 0 * * 7", "'7' is no day of week from 0 to 6"),
        ("0 0 0 * foo *", "'foo' is no month"),
        ("0 0 5-3 * * *", "'5-3' is no hour"),
        ("*/0 * * * * *", "'*/0' is no second"),
        ("0 0 0 L * *", "'L' is no day"),
        ("0 0 0 ? * *", "'?' is no day"),
        ("0 0 0 * * 5#2", "'5#2' is no day of week"),
    ],
)
def test_refused(text: str, words: str) -> None:
    """What is no schedule is refused with the field that is wrong."""
    with pytest.raises(ValueError, match=re.escape(words)):
        parse(text)


def test_never() -> None:
    """A date that does not exist is found out instead of searched for ever."""
    with pytest.raises(ValueError, match="never occurs"):
        parse("0 0 0 30 2 *").after(NOW)


@given(
    when=st.integers(0, 90 * 366 * 86400).map(lambda s: START + timedelta(seconds=s)),
    second=st.sets(st.integers(0, 59), min_size=1, max_size=3),
    hour=st.sets(st.integers(0, 23), min_size=1, max_size=3),
    weekday=st.sets(st.integers(0, 6), min_size=1, max_size=3),
)
def test_occurrence_fits_and_is_the_first(
    when: datetime, second: set[int], hour: set[int], weekday: set[int]
) -> None:
    """The next occurrence is later, fits every field, and nothing that fits lies before it."""
    fields = [",".join(map(str, sorted(values))) for values in (second, hour, weekday)]
    schedule = parse(f"{fields[0]} 15 {fields[1]} * * {fields[2]}")

    found = schedule.after(when)

    def fits(time: datetime) -> bool:
        in_week = time.isoweekday() % 7 in weekday
        return time.second in second and time.minute == 15 and time.hour in hour and in_week

    assert found > when
    assert fits(found)
    candidates = (
        found.replace(hour=h, second=s) - timedelta(days=days)
        for days in range(8)
        for h in hour
        for s in second
    )
    assert not any(when < other < found and fits(other) for other in candidates)


@pytest.mark.parametrize(
    ("text", "monitored"),
    [
        ("0 0 3 * * *", True),
        ("0 * * * * *", True),
        ("*/30 * * * * *", False),
    ],
)
def test_monitored(text: str, monitored: bool) -> None:
    """Only what fires at most once a minute is worth a record of missed runs."""
    assert parse(text).is_monitored is monitored


def test_order_of_a_list_plays_no_part() -> None:
    """A list in any order is one set of values."""
    for when in (NOW, NOW + timedelta(seconds=1), NOW + timedelta(seconds=5)):
        assert parse("5,1 * * * * *").after(when) == parse("1,5 * * * * *").after(when)


def test_within_a_second() -> None:
    """The next occurrence after a time between two seconds is the later of them."""
    assert parse("* * * * * *").after(NOW + timedelta(microseconds=1)) == NOW + timedelta(seconds=1)
