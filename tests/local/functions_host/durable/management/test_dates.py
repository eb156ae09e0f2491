"""Times in a query, against what extension 3.19.0 took for one."""

import pytest

from local.functions_host.durable.management.dates import unix_time

_NEW_YEAR = 4070908800.0  # 2099-01-01T00:00:00Z


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2099-01-01", 0),
        ("2099-01-01T00:01", 60),
        ("2099-01-01 00:00:00Z", 0),
        ("01/02/2099", 86400),
        ("2099-01-01T00:00:00.5", 0.5),
        ("2099-01-01T00:00:00.123456789Z", 0.123456),
        ("2099-01-01T02:00:00+02:00", 0),
        ("2098-12-31T22:00:00-02:00", 0),
        ("Thu, 01 Jan 2099 00:00:00 GMT", 0),
        ("1 JAN 2099", 0),
    ],
)
def test_times(text: str, seconds: float) -> None:
    """ISO 8601 with separators, month before day, RFC 1123; without a zone it is UTC."""
    assert unix_time(text) == _NEW_YEAR + seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "2099",
        "20990101",
        "4070908800",
        "2099-02-30",
        "2099-01-01T00:00:00 02:00",
        "Fri, 01 Jan 2099 00:00:00 GMT",
        "01 Foo 2099",
        "0001-01-01T00:00:00+02:00",
    ],
)
def test_no_times(text: str) -> None:
    """Compact forms, days that do not exist, a plus that became a space."""
    assert unix_time(text) is None
