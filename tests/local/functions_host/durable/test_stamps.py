"""Time stamps in the extension's form."""

from datetime import UTC, datetime

import pytest

from local.functions_host.durable import stamps


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("2026-11-25T10:00:00.860680Z", "2026-11-25T10:00:00.86068Z"),
        ("2026-11-25T10:00:00.000000Z", "2026-11-25T10:00:00Z"),
        ("2026-11-25T10:00:00.1234567Z", "2026-11-25T10:00:00.1234567Z"),
        ("2026-11-25T10:00:00+00:00", "2026-11-25T10:00:00Z"),
    ],
)
def test_tidies_what_an_sdk_writes(given: str, written: str) -> None:
    """Trailing zeros go, and a fraction of nothing but zeros goes with its point."""
    assert stamps.normalize(given) == written


def test_adds_milliseconds_without_losing_ticks() -> None:
    """The seventh decimal survives an addition that carries over midnight."""
    assert (
        stamps.add_milliseconds("2026-12-31T23:59:59.9999999Z", 1) == "2027-01-01T00:00:00.0009999Z"
    )


def test_reads_back_what_it_wrote_to_the_microsecond() -> None:
    """A time written and read is the same time."""
    when = datetime(2026, 11, 25, 10, 0, 0, 123456, UTC)

    assert stamps.parse(stamps.stamp(when)) == when


def test_shows_whole_seconds_in_status_bodies() -> None:
    """A status shows Unix times cut to the second."""
    assert stamps.to_the_second(1.99) == "1970-01-01T00:00:01Z"
