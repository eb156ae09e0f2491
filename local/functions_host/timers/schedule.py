"""Schedules of timer triggers: NCRONTAB with seconds first. All in UTC.

croniter finds the times. It takes more than NCRONTAB does (`L`, `#`, Sunday as 7, ranges over the
end), which Azure refuses; so the fields are checked first.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from croniter import CroniterBadDateError, croniter

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
_SEARCH_YEARS = 30  # longer than any date can be away (29 February on one weekday: 28 years)
_FIELDS: list[tuple[str, int, int, list[str]]] = [
    ("second", 0, 59, []),
    ("minute", 0, 59, []),
    ("hour", 0, 23, []),
    ("day", 1, 31, []),
    ("month", 1, 12, _MONTHS),
    ("day of week", 0, 6, _DAYS),
]


def parse(text: str) -> "Schedule":
    """The schedule of a timer trigger, its settings resolved already.

    Args:
        text: `{second} {minute} {hour} {day} {month} {day of week}`; the seconds may be left out.

    Raises:
        ValueError: it is none; the text says what is wrong with which field.
    """
    fields = text.split()
    if len(fields) == 5:
        fields = ["0", *fields]
    if len(fields) != 6:
        raise ValueError(
            f"{text!r} has {len(fields)} fields; NCRONTAB has six, seconds first: '0 0 3 * * *'. "
            "An interval such as 00:30:00, which Dedicated plans take, does not work here"
        )
    for value, field in zip(fields, _FIELDS, strict=True):
        _check(value, *field)
    # NCRONTAB reads the first three letters of a name; croniter knows no longer ones.
    return Schedule(re.sub(r"[A-Za-z]+", lambda name: name[0][:3], " ".join(fields)))


@dataclass(frozen=True)
class Schedule:
    """When a timer fires: six fields, seconds first; a day must fit month, day and day of week."""

    text: str

    def after(self, when: datetime) -> datetime:
        """The first occurrence later than `when`.

        Raises:
            ValueError: there is none, as for 30 February.
        """
        times = croniter(
            self.text,
            when,
            second_at_beginning=True,
            day_or=False,
            max_years_between_matches=_SEARCH_YEARS,
        )
        try:
            found: datetime = times.get_next(datetime)
        except CroniterBadDateError as error:
            raise ValueError("the schedule never occurs") from error
        return found

    @property
    def is_monitored(self) -> bool:
        """Whether missed runs are worth a record: not for what fires more than once a minute."""
        return self.text.partition(" ")[0].isdigit()


def _check(text: str, name: str, low: int, high: int, names: list[str]) -> None:
    for item in text.split(","):
        span, slash, step = item.partition("/")
        first, dash, last = span.partition("-")
        try:
            start = low if first == "*" else _value(first, low, names)
            end = _value(last, low, names) if dash else high if first == "*" else start
            every = int(step) if slash else 1
        except ValueError:
            raise ValueError(f"{item!r} is no {name}") from None
        if not (low <= start <= end <= high and every > 0):
            raise ValueError(f"{item!r} is no {name} from {low} to {high}")


def _value(text: str, low: int, names: list[str]) -> int:
    short = text.lower()[:3]
    return names.index(short) + low if short in names else int(text)
