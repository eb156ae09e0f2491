"""Schedules of timer triggers: NCRONTAB with seconds first, or a plain interval. All in UTC."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
_SEARCH_YEARS = 30  # longer than any date can be away (29 February on one weekday: 28 years)


class Schedule(Protocol):
    """When a timer fires."""

    def after(self, moment: datetime) -> datetime:
        """The first occurrence later than `moment`."""

    @property
    def monitored(self) -> bool:
        """Whether missed runs are worth a record: not for what fires more than once a minute."""


def parse(text: str) -> Schedule:
    """The schedule of a timer trigger, its settings resolved already.

    Args:
        text: `{second} {minute} {hour} {day} {month} {day of week}`, the seconds may be left out;
            or an interval `hh:mm:ss`, as Dedicated plans allow.

    Raises:
        ValueError: it is neither; the text says what is wrong with which field.
    """
    interval = re.fullmatch(r"(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})", text.strip())
    if interval:
        days, hours, minutes, seconds = (int(part or 0) for part in interval.groups())
        return Interval(timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds))
    fields = text.split()
    if len(fields) == 5:
        fields = ["0", *fields]
    if len(fields) != 6:
        raise ValueError(
            f"{text!r} has {len(fields)} fields; NCRONTAB has six, seconds first: '0 0 3 * * *'"
        )
    return Cron(*(_field(value, *ranges) for value, ranges in zip(fields, _FIELDS, strict=True)))


@dataclass(frozen=True)
class Interval:
    """Fires again and again after the same time."""

    every: timedelta

    def after(self, moment: datetime) -> datetime:
        """The first occurrence later than `moment`."""
        return moment + self.every

    @property
    def monitored(self) -> bool:
        """Whether missed runs are worth a record."""
        return self.every >= timedelta(minutes=1)


@dataclass(frozen=True)
class Cron:
    """The values that each field allows, sorted; a day must fit month, day and day of week."""

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]

    def after(self, moment: datetime) -> datetime:
        """The first occurrence later than `moment`.

        Raises:
            ValueError: there is none, as for 30 February.
        """
        start = moment.replace(microsecond=0) + timedelta(seconds=1)
        for day in self._dates(start):
            begin = start if day.date() == start.date() else day
            found = self._time_of_day(begin)
            if found is not None:
                return found
        raise ValueError("the schedule never occurs")

    @property
    def monitored(self) -> bool:
        """Whether missed runs are worth a record."""
        return len(self.seconds) == 1

    def _dates(self, start: datetime) -> Iterator[datetime]:
        day = start.replace(hour=0, minute=0, second=0)
        for _ in range(_SEARCH_YEARS * 366):
            fits_week = day.isoweekday() % 7 in self.weekdays
            if day.month in self.months and day.day in self.days and fits_week:
                yield day
            day += timedelta(days=1)

    def _time_of_day(self, begin: datetime) -> datetime | None:
        for hour in self.hours:
            if hour < begin.hour:
                continue
            for minute in self.minutes:
                if (hour, minute) < (begin.hour, begin.minute):
                    continue
                for second in self.seconds:
                    if (hour, minute, second) >= (begin.hour, begin.minute, begin.second):
                        return begin.replace(hour=hour, minute=minute, second=second)
        return None


_FIELDS: list[tuple[str, int, int, list[str]]] = [
    ("second", 0, 59, []),
    ("minute", 0, 59, []),
    ("hour", 0, 23, []),
    ("day", 1, 31, []),
    ("month", 1, 12, _MONTHS),
    ("day of week", 0, 6, _DAYS),
]


def _field(text: str, name: str, low: int, high: int, names: list[str]) -> tuple[int, ...]:
    values: set[int] = set()
    for item in text.split(","):
        span, slash, step = item.partition("/")
        first, dash, last = span.partition("-")
        try:
            start = low if first == "*" else _value(first, low, names)
            alone = not dash and first != "*" and not slash
            end = _value(last, low, names) if dash else start if alone else high
            every = int(step) if slash else 1
        except ValueError:
            raise ValueError(f"{item!r} is no {name}") from None
        if not (low <= start <= end <= high and every > 0):
            raise ValueError(f"{item!r} is no {name} from {low} to {high}")
        values.update(range(start, end + 1, every))
    return tuple(sorted(values))


def _value(text: str, low: int, names: list[str]) -> int:
    short = text.lower()[:3]
    return names.index(short) + low if short in names else int(text)
