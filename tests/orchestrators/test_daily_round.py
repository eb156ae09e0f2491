"""The time between two rounds, as the timer's record gives it."""

from datetime import timedelta

import pytest

from orchestrators.daily_round import _interval

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ({}, DAY),
        ({"Last": "0001-01-01T00:00:00", "Next": "2026-11-25T03:00:00+00:00"}, DAY),
        ({"Last": "2026-11-24T03:00:00.0000000Z", "Next": "2026-11-25T03:00:00.0000000Z"}, DAY),
        ({"Last": "2026-11-24T03:00:00+00:00", "Next": "2026-11-24T04:00:00+00:00"}, DAY / 24),
        ({"Last": "2026-11-17T03:00:00+00:00", "Next": "2026-11-24T03:00:00+00:00"}, 7 * DAY),
        ({"Last": "2026-11-25T03:00:00+00:00", "Next": "2026-11-24T03:00:00+00:00"}, DAY),
        ({"Last": "soon", "Next": None}, DAY),
    ],
)
def test_time_between_two_rounds(status: dict[str, object], expected: timedelta) -> None:
    """From the last to the next time of the schedule; a day where that is not known."""
    assert _interval(status) == expected
