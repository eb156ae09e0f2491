"""What a run has been paid for, line by line: its trainings and the hours of its deployments.

Quantities only; `shared.billing` has the prices. A month is written as `2026-11`, in UTC.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from shared.registry.records import Version, iso, when

Life = tuple[str, float]  # month, hours
_HOUR = timedelta(hours=1)


def settled(old: Version, new: Version, now: datetime) -> Version:
    """`new` with the hours of the deployment that ended between `old` and it.

    A row that names another beginning than before has another deployment; its own hours count
    from there.
    """
    began = when(old.live_since)
    if began is None or (new.deployment and new.live_since == old.live_since):
        return new
    again = new.live_since != old.live_since and when(new.live_since)
    row = with_hours(new, old.sku, began, again or now)
    return row if row.deployment else replace(row, live_since="")


def with_hours(row: Version, sku: str, began: datetime, ended: datetime) -> Version:
    """`row` with the hours of one life of a deployment added to its months."""
    hours = {(month, kind): number for month, kind, number in row.hosted}
    for month, number in life(began, ended):
        hours[month, sku] = hours.get((month, sku), 0.0) + number
    return replace(row, hosted=tuple((*key, round(hours[key], 6)) for key in sorted(hours)))


def with_training(row: Version, job: str, at: datetime, tokens: int | None) -> Version:
    """`row` with a training that was paid for, once however often it is said.

    Args:
        row: The run's row.
        job: Its job.
        at: When it ended.
        tokens: What is billed; None if the service does not say.
    """
    if any(line[0] == job for line in row.trainings):
        return row
    line = (job, iso(at), row.training_type, tokens)
    return replace(row, trainings=(*row.trainings, line))


def hours(row: Version, now: datetime) -> Iterator[tuple[str, str, float]]:
    """Month, SKU and hours of all deployments the run has had, the present one until `now`."""
    yield from row.hosted
    began = when(row.live_since)
    if began is not None:
        yield from ((month, row.sku, number) for month, number in life(began, now))


def life(began: datetime, ended: datetime) -> Iterator[Life]:
    """The hours between two times, by month; nothing if they are the wrong way round."""
    while began < ended:
        rest = min(ended, _next_month(began))
        yield month_of(began), (rest - began) / _HOUR
        began = rest


def month_of(at: datetime) -> str:
    """The month of a time, such as `2026-11`."""
    return f"{at:%Y-%m}"


def _next_month(at: datetime) -> datetime:
    first = at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)
