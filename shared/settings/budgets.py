"""How much runs may cost before somebody has to approve them."""

from dataclasses import dataclass
from datetime import timedelta

from shared.settings.readers import dollars, duration
from shared.settings.setting import setting


@dataclass(frozen=True, kw_only=True)
class Budgets:
    """How much runs may cost before somebody has to approve them."""

    budget_run: float | None = setting(
        "BUDGET_RUN",
        dollars,
        None,
        "The most that one run may cost by its forecast, in US dollars: training, and hosting for "
        "`IDLE_AFTER`. A run above it, or with an unknown price, waits for "
        "`POST runs/{id}/approve`. Unset: no limit.",
        "100",
    )
    budget_month: float | None = setting(
        "BUDGET_MONTH",
        dollars,
        None,
        "The most that all runs of a calendar month (UTC) may cost, in US dollars, including the "
        "forecast of the next one. A run above it waits for `POST runs/{id}/approve`, also a "
        "version that is to be deployed again. Unset: no limit.",
        "1000",
    )
    approval_deadline: timedelta = setting(
        "APPROVAL_DEADLINE",
        duration,
        "30d",
        "How long a run waits for its approval. Then it ends as `failed`; a version that was to be "
        "deployed again stays asleep.",
    )
