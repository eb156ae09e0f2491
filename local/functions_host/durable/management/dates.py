"""Times in a query, as .NET's `DateTime.TryParse` reads them there."""

import re
from datetime import UTC, datetime, timedelta

_TIME = r"(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<fraction>\d+))?)?"
_ZONE = r" ?(?:(?P<utc>Z|GMT)|(?P<sign>[+-])(?P<off_hour>\d\d):?(?P<off_minute>\d\d)?)?"
_FORMS = [
    re.compile(form + rf"(?:(?:T| ){_TIME}{_ZONE})?", re.IGNORECASE | re.ASCII)
    for form in (
        r"(?P<year>\d{4})[-/](?P<month>\d\d?)[-/](?P<day>\d\d?)",
        r"(?P<month>\d\d?)/(?P<day>\d\d?)/(?P<year>\d{4})",
        r"(?:(?P<weekday>[a-z]{3}), )?(?P<day>\d\d?) (?P<name>[a-z]{3}) (?P<year>\d{4})",
    )
]
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def unix_time(text: str) -> float | None:
    """The Unix time that `text` means (UTC unless it says otherwise), or None for no time.

    Known are ISO 8601 with separators, month/day/year and RFC 1123. .NET guesses some more forms,
    as a month without a day. A plus that was not escaped arrives as a space: no time, as there.
    """
    for form in _FORMS:
        if found := form.fullmatch(text.strip()):
            try:
                return _moment(found.groupdict()).timestamp()
            except (ValueError, OverflowError):
                return None
    return None


def _moment(part: dict[str, str | None]) -> datetime:
    name = part.get("name")
    moment = datetime(
        _number(part["year"]),
        _MONTHS.index(name.lower()) + 1 if name else _number(part["month"]),
        _number(part["day"]),
        _number(part["hour"]),
        _number(part["minute"]),
        _number(part["second"]),
        _number(((part["fraction"] or "") + "000000")[:6]),
        UTC,
    )
    weekday = part.get("weekday")
    if weekday and _WEEKDAYS.index(weekday.lower()) != moment.weekday():
        raise ValueError(weekday)
    offset = timedelta(hours=_number(part["off_hour"]), minutes=_number(part["off_minute"]))
    return moment + offset if part["sign"] == "-" else moment - offset


def _number(digits: str | None) -> int:
    return int(digits or 0)
