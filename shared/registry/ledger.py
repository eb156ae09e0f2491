"""What a run has been paid for, line by line: its trainings and the hours of its deployments.

Quantities only; `shared.billing` has the prices. A month is written as `2026-11`, in UTC.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from shared.registry.parts import HostedHours, TrainingCharge
from shared.registry.records import Run

Life = tuple[str, float]  # month, hours
_HOUR = timedelta(hours=1)


def settle_hours(old: Run, new: Run, now: datetime) -> Run:
    """`new` with the hours of the deployment that ended between `old` and it.

    A row that names another beginning than before has another deployment; its own hours count
    from there.
    """
    began = old.deployment.live_since
    if began is None or (new.deployment.name and new.deployment.live_since == began):
        return new
    again = new.deployment.live_since
    ended = again if again is not None and again != began else now
    row = add_hours(new, old.deployment.sku, began, ended)
    return row if row.deployment.name else row.with_deployment(live_since=None)


def add_hours(row: Run, sku: str, began: datetime, ended: datetime) -> Run:
    """`row` with the hours of one life of a deployment added to its months."""
    hours = {(one.month, one.sku): one.hours for one in row.deployment.hosted_hours}
    for month, number in hours_by_month(began, ended):
        hours[month, sku] = hours.get((month, sku), 0.0) + number
    lines = tuple(HostedHours(*key, round(hours[key], 6)) for key in sorted(hours))
    return row.with_deployment(hosted_hours=lines)


def add_charge(row: Run, job: str, at: datetime, tokens: int | None) -> Run:
    """`row` with a training that was paid for, once however often it is said.

    Args:
        row: The run's row.
        job: Its job.
        at: When it ended.
        tokens: What is billed; None if the service does not say.
    """
    if any(one.job_id == job for one in row.training.charges):
        return row
    charge = TrainingCharge(job, at, row.training.type, tokens)
    return row.with_training(charges=(*row.training.charges, charge))


def hours(row: Run, now: datetime) -> Iterator[tuple[str, str, float]]:
    """Month, SKU and hours of all deployments the run has had, the present one until `now`."""
    yield from ((one.month, one.sku, one.hours) for one in row.deployment.hosted_hours)
    began = row.deployment.live_since
    if began is not None:
        yield from (
            (month, row.deployment.sku, number) for month, number in hours_by_month(began, now)
        )


def hours_by_month(began: datetime, ended: datetime) -> Iterator[Life]:
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
