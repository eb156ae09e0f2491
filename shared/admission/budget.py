"""Whether a run may begin by itself, or a person must say that its cost is fine. Pure rules."""

from datetime import datetime, timedelta

from shared.billing.amount import FREE, Amount
from shared.billing.forecast import Cost


def above_run(cost: Cost, budget: float) -> str:
    """Why a run needs an approval by itself; empty if it does not."""
    if cost.total.unknown:
        return _unknown(cost, "BUDGET_RUN", budget)
    if cost.total.at_least <= budget:
        return ""
    return f"The run will cost {cost.total} ({cost}), above BUDGET_RUN of ${budget:,.2f}."


def above_month(cost: Cost, month: str, spent: Amount, awaited: Amount, budget: float) -> str:
    """Why a run needs an approval in this month; empty if it does not.

    Args:
        cost: Of the run, as far as it falls into the month.
        month: Such as `2026-11`.
        spent: What all runs have cost in it. What is unknown of the past holds up nothing.
        awaited: What the runs that were let in before will still cost.
        budget: US dollars.
    """
    if cost.total.unknown:
        return _unknown(cost, "BUDGET_MONTH", budget)
    if spent.at_least + awaited.at_least + cost.total.at_least <= budget:
        return ""
    under_way = f", runs under way will cost {awaited}" if awaited != FREE else ""
    return (
        f"{month} has cost {spent}{under_way}; with this run's {cost.total} ({cost}) that is above "
        f"BUDGET_MONTH of ${budget:,.2f}."
    )


def rest_of_month(now: datetime, span: timedelta) -> timedelta:
    """How much of `span` from now on falls into this month."""
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    ends = (first + timedelta(days=32)).replace(day=1)
    return min(span, ends - now)


def _unknown(cost: Cost, setting: str, budget: float) -> str:
    reasons = "; ".join(cost.total.unknown)
    return (
        f"What the run will cost is not known ({reasons}), so it cannot be compared with {setting} "
        f"of ${budget:,.2f}."
    )
