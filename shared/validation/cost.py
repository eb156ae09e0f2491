"""What training and hosting will cost, and where the prices come from."""

from dataclasses import dataclass
from typing import Any

from shared.billing import Amount, Rates, unknown
from shared.validation.example import Method

MOST_TRAINING_TOKENS = 2_000_000_000
"""Tokens times epochs (learn.microsoft.com/azure/ai-foundry/openai/quotas-limits)."""
IDLE_DAYS = 15
"""After so many days without a call the service deletes a tuned deployment by itself."""

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
    """A forecast in US dollars; None means that the price is not known, and `unknown` says why."""

    epochs: int
    epochs_source: str
    training_tokens: int
    training_type: str
    training_usd: float | None
    training_usd_per_hour: float | None
    hosting_usd_per_day: float | None
    hosting_usd_until_idle: float | None
    idle_days: int
    unknown: tuple[str, ...]
    price_source: str | None
    price_date: str | None

    def to_dict(self) -> dict[str, Any]:
        """The forecast as one JSON object."""
        body = {name: getattr(self, name) for name in self.__slots__}
        return {**body, "unknown": list(self.unknown)}


def default_epochs(examples: int) -> int:
    """The epochs that are trained when nobody says how many: 1 to 25, by the number of examples."""
    seen = examples * _TARGET_EPOCHS
    if examples > 0 and seen < _FEWEST_SEEN:
        return min(_MOST_EPOCHS, _FEWEST_SEEN // examples)
    if seen > _MOST_SEEN:
        return max(1, _MOST_SEEN // examples)
    return _TARGET_EPOCHS


def forecast(
    tokens: int,
    examples: int,
    method: Method,
    prices: Rates,
    epochs: int | None,
    training_type: str = "GlobalStandard",
) -> Cost:
    """What a training of so many tokens, and the deployment after it, will cost.

    Args:
        tokens: of all examples together, once through.
        examples: decide the default number of epochs.
        method: RFT is paid by the hour, which cannot be told beforehand.
        prices: of the base model.
        epochs: as asked for; None for the default.
        training_type: as asked for; it decides the price.
    """
    times = epochs or default_epochs(examples)
    training = prices.training(tokens * times, training_type)
    if method is Method.RFT:
        training = unknown("RFT is paid by the hour, and nobody knows beforehand how many")
    per_day = prices.hosting(24, "Standard")
    return Cost(
        epochs=times,
        epochs_source="given" if epochs else _RULE,
        training_tokens=tokens * times,
        training_type=training_type,
        training_usd=_cents(training),
        training_usd_per_hour=prices.price.training_hour,
        hosting_usd_per_day=_cents(per_day),
        hosting_usd_until_idle=_cents(prices.hosting(24 * IDLE_DAYS, "Standard")),
        idle_days=IDLE_DAYS,
        unknown=(training + per_day).unknown,
        price_source=prices.source.url if prices.source else None,
        price_date=prices.source.date if prices.source else None,
    )


def _cents(amount: Amount) -> float | None:
    return None if amount.usd is None else round(amount.usd, 2)
