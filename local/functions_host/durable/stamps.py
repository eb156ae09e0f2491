"""Times as the Durable extension writes them: UTC, `Z`, 7 decimals less trailing zeros."""

import time
from datetime import UTC, datetime, timedelta

_TICKS = 10_000_000  # .NET ticks of 100 ns in a second


def stamp(when: datetime) -> str:
    """`when` (aware) as a time stamp with the precision of a .NET tick.

    The seventh decimal, which Python's datetime lacks, is the machine's: apps that read only six
    decimals must fail here as they would in Azure.
    """
    ticks = when.microsecond * 10 + time.time_ns() // 100 % 10
    return _format(when.replace(microsecond=0), ticks)


def parse(text: str) -> datetime:
    """The aware UTC datetime of a time stamp, cut to microseconds."""
    whole, ticks = _split(text)
    return whole + timedelta(microseconds=ticks // 10)


def add_milliseconds(text: str, milliseconds: int) -> str:
    """The time stamp `milliseconds` after `text`."""
    whole, ticks = _split(text)
    seconds, ticks = divmod(ticks + milliseconds * (_TICKS // 1000), _TICKS)
    return _format(whole + timedelta(seconds=seconds), ticks)


def normalize(text: str) -> str:
    """`text`, written by an SDK, as the extension would write it.

    Raises:
        ValueError: It is no time. An SDK writes years before 1000 with three digits, which is none.
    """
    return _format(*_split(text))


def to_the_second(seconds: float) -> str:
    """A Unix time as status bodies show it: to the second, with `Z`."""
    return f"{datetime.fromtimestamp(int(seconds), UTC):%Y-%m-%dT%H:%M:%SZ}"


def with_offset(text: str) -> str:
    """A time stamp in the form of `ScheduledTime`: `+00:00` in place of `Z`."""
    return text.removesuffix("Z") + "+00:00"


def _split(text: str) -> tuple[datetime, int]:
    whole, _, fraction = text.removesuffix("Z").removesuffix("+00:00").partition(".")
    return datetime.fromisoformat(whole).replace(tzinfo=UTC), int(fraction[:7].ljust(7, "0"))


def _format(whole: datetime, ticks: int) -> str:
    text = whole.replace(tzinfo=None).isoformat()  # strftime writes the year 999 without a zero
    return f"{text}.{ticks:07d}".rstrip("0").rstrip(".") + "Z"
