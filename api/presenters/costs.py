"""Sums of money as response bodies. Pure functions."""

from datetime import datetime

from api.schemas import costs as schemas
from shared.billing import Amount, rates
from shared.billing.forecast import forecast_run
from shared.billing.spending import Spending, spending
from shared.registry import Run
from shared.registry.ledger import hours
from shared.settings import Settings

_NO_CHATS = Spending()


def amount(value: Amount) -> schemas.Amount:
    """A sum as callers see it."""
    return schemas.Amount(**value.to_dict())


def spending_parts(value: Spending) -> dict[str, schemas.Amount]:
    """The parts of what something has cost, by name."""
    return {
        "training": amount(value.training),
        "hosting": amount(value.hosting),
        "chat": amount(value.chat),
        "total": amount(value.total),
    }


def run_costs(
    run: Run, settings: Settings, now: datetime, chats: Spending = _NO_CHATS
) -> schemas.RunCosts:
    """What a run will cost and has cost.

    Args:
        run: Its row.
        settings: Say how deployments will be made, and how long idle ones stay.
        now: Until when its deployment is counted.
        chats: What its chats have cost.
    """
    source = rates(run.training.base_model).source
    return schemas.RunCosts(
        forecast=_forecast(run, settings) if run.training.epochs else None,
        actual=schemas.Spending(**spending_parts(spending(run, now) + chats)),
        hours=hosting_hours(run, now),
        price_source=source.url if source else None,
        price_date=(source.date or None) if source else None,
    )


def hosting_hours(run: Run, now: datetime) -> float:
    """How long all deployments of a run have been there, in hours."""
    return round(sum(number for _, _, number in hours(run, now)), 3)


def _forecast(run: Run, settings: Settings) -> schemas.Forecast:
    found = forecast_run(run, settings.deployment_sku, settings.idle_after)
    return schemas.Forecast(
        training=amount(found.training),
        hosting_day=amount(found.hosting_day),
        hosting_until_idle=amount(found.hosting_until_idle),
        idle_days=found.idle_days,
        deployment_sku=found.sku,
    )
