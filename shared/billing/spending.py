"""What a run has cost: quantities of its row, times the prices of its base model."""

from dataclasses import dataclass
from datetime import datetime

from shared.billing.amount import FREE, Amount, total, unknown
from shared.billing.prices import Rates, rates
from shared.registry import Run
from shared.registry.ledger import hours, month_of

_RFT = "rft"


@dataclass(frozen=True, slots=True)
class Spending:
    """The three things that the service charges for."""

    training: Amount = FREE
    hosting: Amount = FREE
    chat: Amount = FREE

    @property
    def total(self) -> Amount:
        """All three together."""
        return self.training + self.hosting + self.chat

    def __add__(self, other: "Spending") -> "Spending":
        """Both together, each part by itself."""
        return Spending(
            self.training + other.training, self.hosting + other.hosting, self.chat + other.chat
        )


def spending(run: Run, now: datetime, *, month: str | None = None) -> Spending:
    """What a run's training and hosting have cost until now; its chats are counted elsewhere.

    Args:
        run: Its row.
        now: Until when its present deployment is counted.
        month: Only what fell into this month, as `2026-11`; None for all.
    """
    prices = rates(run.training.base_model)
    return Spending(
        total(_training(run, prices, month)),
        total(
            prices.hosting(number, sku)
            for one, sku, number in hours(run, now)
            if month in (None, one)
        ),
    )


def _training(run: Run, prices: Rates, month: str | None) -> list[Amount]:
    return [
        _by_hour(run, job, kind, prices)
        if run.training.method == _RFT
        else _by_tokens(job, kind, tokens, prices)
        for job, at, kind, tokens in run.training.charges
        if month is None or month_of(at) == month
    ]


def _by_hour(run: Run, job: str, kind: str, prices: Rates) -> Amount:
    charged = dict(run.training.charged_hours)
    if job not in charged:
        return unknown(f"the service does not say how many hours of job {job} it charges")
    cost = prices.training_by_hour(charged[job], kind)
    if run.training.grader_model:
        model = run.training.grader_model
        cost += unknown(f"the service does not say what the grader of job {job} used of {model}")
    return cost


def _by_tokens(job: str, kind: str, tokens: int | None, prices: Rates) -> Amount:
    if tokens is None:
        return unknown(f"the service does not say how many tokens of job {job} it charges")
    return prices.training(tokens, kind)
