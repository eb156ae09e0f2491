"""What becomes of deployments that nobody uses, and what all may cost."""

from dataclasses import dataclass
from datetime import timedelta

from shared.settings.readers import (
    dollars,
    duration,
    flag,
)
from shared.settings.setting import setting


@dataclass(frozen=True, kw_only=True)
class Upkeep:
    """What becomes of deployments that nobody uses, and what all may cost."""

    # Idle deployments
    idle_after: timedelta = setting(
        "IDLE_AFTER", duration, "15d", "A deployment idle for this long is deleted."
    )
    idle_warning: timedelta = setting(
        "IDLE_WARNING", duration, "2d", "How long before that the run's status warns."
    )
    keep_previous: timedelta = setting(
        "KEEP_PREVIOUS", duration, "24h", "How long a superseded version stays deployed."
    )
    dry_run: bool = setting("DRY_RUN", flag, "false", "Show what would be deleted, delete nothing.")
    evict_after: timedelta | None = setting(
        "EVICT_AFTER",
        duration,
        None,
        "With every deployment of the resource in use, the longest idle one that nobody pinned is "
        "deleted for a run that waits, if it has been idle for this long. Unset: never.",
        "3d",
    )
    # Money
    budget_run: float | None = setting(
        "BUDGET_RUN",
        dollars,
        None,
        "US dollars that a run may cost by its forecast, training and hosting for `IDLE_AFTER` "
        "together. Above it, or where a price is not known, it waits for `POST runs/{id}/approve`. "
        "Unset: no limit.",
        "100",
    )
    budget_month: float | None = setting(
        "BUDGET_MONTH",
        dollars,
        None,
        "US dollars that all runs may cost in a calendar month (UTC), with what the next one will "
        "cost. Above it a run waits for `POST runs/{id}/approve`, also one that is to be woken. "
        "Unset: no limit.",
        "1000",
    )
    approval_deadline: timedelta = setting(
        "APPROVAL_DEADLINE",
        duration,
        "30d",
        "How long a run above a budget waits for its approval until it ends as `failed`, or "
        "asleep again.",
    )
