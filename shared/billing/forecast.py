"""What a training, and the deployment after it, will cost: the one forecast of tunedrop.

The report of the validation, a run's costs, the budgets and the command all show this one.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from shared.billing.amount import FREE, Amount, unknown
from shared.billing.prices import Rates, rates
from shared.models import find_model

if TYPE_CHECKING:  # the command that validates a file starts without the registry
    from shared.registry import Run

MOST_TRAINING_TOKENS = 2_000_000_000
"""Tokens times epochs (learn.microsoft.com/azure/ai-foundry/openai/quotas-limits)."""
SERVICE_IDLE = timedelta(days=15)
"""After so long without a call the service deletes a tuned deployment by itself
(learn.microsoft.com/azure/ai-foundry/openai/how-to/fine-tuning-deploy)."""

_RFT = "rft"
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
# The rule of OpenAI's cookbook (Chat_finetuning_data_prep). Azure says only that the default
# depends on the data; that both are the same is an assumption, and the forecast says so.
_TARGET_EPOCHS = 3
_FEWEST_SEEN, _MOST_SEEN = 100, 25_000
_MOST_EPOCHS = 25
_RULE = (
    "OpenAI's cookbook (3 epochs, more below 34 examples, fewer above 8,333); Azure's may differ"
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run will cost over some time: its training, and its deployment if nobody uses it."""

    training: Amount
    hosting: Amount

    @property
    def total(self) -> Amount:
        """Both together."""
        return self.training + self.hosting

    def __str__(self) -> str:
        """Both parts, as people read them; a run that is woken has no training."""
        if self.training == FREE:
            return f"hosting {self.hosting}"
        return f"training {self.training}, hosting {self.hosting}"


@dataclass(frozen=True, slots=True)
class Forecast:
    """A forecast in US dollars.

    Attributes:
        epochs: As asked for, or the default by the number of examples.
        epochs_source: Where `epochs` comes from.
        training_tokens: Tokens of all examples times the epochs.
        training_type: `GlobalStandard`, `DataZoneStandard`, `Standard` or `Developer`; decides the
            price of a token.
        sku: Of the deployment; decides the price of its hours.
        idle_after: How long an unused deployment stays: `IDLE_AFTER`, at most the service's own
            15 days.
        training: What the training will cost.
        prices: What the base model's use is charged at.
    """

    epochs: int
    epochs_source: str
    training_tokens: int
    training_type: str
    sku: str
    idle_after: timedelta
    training: Amount
    prices: Rates

    def hosting(self, span: timedelta) -> Amount:
        """What the deployment will cost if it stays for that time, used or not."""
        return self.prices.hosting(span / _HOUR, self.sku)

    @property
    def hosting_day(self) -> Amount:
        """A day of the deployment."""
        return self.hosting(_DAY)

    @property
    def hosting_until_idle(self) -> Amount:
        """The deployment if nobody ever uses it."""
        return self.hosting(self.idle_after)

    @property
    def idle_days(self) -> float:
        """`idle_after` in days, a whole number if it is one."""
        days = round(self.idle_after / _DAY, 2)
        return int(days) if days.is_integer() else days

    def cost(self, span: timedelta | None = None) -> Cost:
        """Training, and hosting for `span`, at most until it is deleted as idle."""
        stays = self.idle_after if span is None else min(span, self.idle_after)
        return Cost(self.training, self.hosting(stays))

    def to_dict(self) -> dict[str, Any]:
        """The forecast as one JSON object; None is a price that `unknown` explains."""
        source = self.prices.source
        return {
            "epochs": self.epochs,
            "epochs_source": self.epochs_source,
            "training_tokens": self.training_tokens,
            "training_type": self.training_type,
            "training_usd": _cents(self.training),
            "training_usd_per_hour": self.prices.hour_price(self.training_type),
            "deployment_sku": self.sku,
            "hosting_usd_per_day": _cents(self.hosting_day),
            "hosting_usd_until_idle": _cents(self.hosting_until_idle),
            "idle_days": self.idle_days,
            "unknown": list((self.training + self.hosting_day).unknown),
            "price_source": source.url if source else None,
            "price_date": (source.date or None) if source else None,
        }


def default_epochs(examples: int) -> int:
    """The epochs that are trained when nobody says how many: 1 to 25, by the number of examples."""
    seen = examples * _TARGET_EPOCHS
    if examples > 0 and seen < _FEWEST_SEEN:
        return min(_MOST_EPOCHS, _FEWEST_SEEN // examples)
    if seen > _MOST_SEEN:
        return max(1, _MOST_SEEN // examples)
    return _TARGET_EPOCHS


def forecast(
    base_model: str,
    method: str,
    *,
    tokens: int,
    examples: int = 0,
    epochs: int | None = None,
    training_type: str = "GlobalStandard",
    sku: str = "Standard",
    idle_after: timedelta = SERVICE_IDLE,
) -> Forecast:
    """Forecast the cost of a training and of its deployment.

    Args:
        base_model: Its id or plain name, or a tuned model.
        method: `sft`, `dpo` or `rft`; RFT is paid by the hour, which nobody knows beforehand.
        tokens: Of all examples together, once through.
        examples: Decide the default number of epochs.
        epochs: As asked for; None for the default.
        training_type: As asked for.
        sku: That the deployment will have, unless the model has a single other one.
        idle_after: After how long without a call tunedrop deletes the deployment.
    """
    prices, model = rates(base_model), find_model(base_model)
    times = epochs or default_epochs(examples)
    return Forecast(
        epochs=times,
        epochs_source="given" if epochs else _RULE,
        training_tokens=tokens * times,
        training_type=training_type,
        sku=model.sku(sku) if model else sku,
        idle_after=min(idle_after, SERVICE_IDLE),
        training=_training(prices, method, tokens * times, training_type),
        prices=prices,
    )


def forecast_run(run: "Run", sku: str, idle_after: timedelta) -> Forecast:
    """The forecast of a validated run.

    Args:
        run: Its row.
        sku: Of a deployment that is still to be made; one that is there keeps its own.
        idle_after: As for `forecast`.
    """
    return forecast(
        run.training.base_model,
        run.training.method,
        tokens=run.dataset.tokens,
        examples=run.dataset.examples,
        epochs=run.training.epochs,
        training_type=run.training.type,
        sku=run.deployment.sku or sku,
        idle_after=idle_after,
    )


def _training(prices: Rates, method: str, tokens: int, training_type: str) -> Amount:
    if method != _RFT:
        return prices.training(tokens, training_type)
    hour = prices.training_by_hour(1, training_type)
    price = f" at {hour}" if hour.usd else ""
    return unknown(f"RFT is paid by the hour{price}, and the hours are not known in advance")


def _cents(amount: Amount) -> float | None:
    return None if amount.usd is None else round(amount.usd, 2)
