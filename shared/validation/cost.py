"""What training and hosting will cost, and where the prices come from."""

from dataclasses import dataclass
from typing import Any

from shared.models import Model, model_facts
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
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Cost:
    """A forecast in US dollars; None means that the price is not known."""

    epochs: int
    epochs_source: str
    training_tokens: int
    training_usd: float | None
    training_usd_per_hour: float | None
    hosting_usd_per_day: float | None
    hosting_usd_until_idle: float | None
    idle_days: int
    price_source: str | None
    price_date: str | None

    def to_dict(self) -> dict[str, Any]:
        """The forecast as one JSON object."""
        return {name: getattr(self, name) for name in self.__slots__}


def default_epochs(examples: int) -> int:
    """The epochs that are trained when nobody says how many: 1 to 25, by the number of examples."""
    seen = examples * _TARGET_EPOCHS
    if examples > 0 and seen < _FEWEST_SEEN:
        return min(_MOST_EPOCHS, _FEWEST_SEEN // examples)
    if seen > _MOST_SEEN:
        return max(1, _MOST_SEEN // examples)
    return _TARGET_EPOCHS


def forecast(
    tokens: int, examples: int, method: Method, model: Model | None, epochs: int | None
) -> Cost:
    """What a training of so many tokens, and the deployment after it, will cost.

    Args:
        tokens: of all examples together, once through.
        examples: decide the default number of epochs.
        method: RFT is paid by the hour, which cannot be told beforehand.
        model: its prices; None leaves all costs unknown.
        epochs: as asked for; None for the default.
    """
    times = epochs or default_epochs(examples)
    price = model.price if model else None
    hourly = price.hosting_hour if price else None
    per_day = None if hourly is None else round(hourly * 24, 2)
    source = model_facts().sources.get("prices") if price else None
    known = price.training if price and method is not Method.RFT else None
    return Cost(
        epochs=times,
        epochs_source="given" if epochs else _RULE,
        training_tokens=tokens * times,
        training_usd=None if known is None else round(tokens * times * known / _MILLION, 2),
        training_usd_per_hour=price.training_hour if price else None,
        hosting_usd_per_day=per_day,
        hosting_usd_until_idle=None if per_day is None else round(per_day * IDLE_DAYS, 2),
        idle_days=IDLE_DAYS,
        price_source=source.url if source else None,
        price_date=source.date if source else None,
    )
