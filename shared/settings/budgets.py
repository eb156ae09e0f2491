"""How much runs may cost before somebody has to approve them."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from shared.settings.readers import address_or_off, dollars, duration, price_table
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
    prices: Path | None = setting(
        "PRICES",
        price_table,
        None,
        "The path of a TOML file with your own prices in US dollars, such as those of a contract. "
        "They come before Azure's list prices. Unset: list prices.",
        "shared/models/prices.example.toml",
    )
    price_list: str | None = setting(
        "PRICE_LIST",
        address_or_off,
        "https://prices.azure.com/api/retail/prices",
        "Azure's public retail price list. The daily check reads the prices of the resource's "
        "region from it and keeps them. `off`, or as long as the list cannot be read: the prices "
        "kept last, else those in `shared/models/models.toml`.",
    )
