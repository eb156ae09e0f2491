"""What the use of one base model, and of models tuned from it, is charged at.

Three tables are asked in this order: the operator's own (`PRICES`), Azure's retail price list as it
was read last, and the shipped data file.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from shared.billing.amount import FREE, Amount, unknown
from shared.billing.price_list import current_list
from shared.models import Source, find_model, model_facts, read_price_table
from shared.models.price import Price

_MILLION = 1_000_000
_GLOBAL = "GlobalStandard"


@dataclass(frozen=True, slots=True)
class Rates:
    """The prices of one model, and what they were read from.

    Nothing used costs nothing, whatever the price; all else has a price or a reason why not.

    Attributes:
        model: Its id.
        prices: Tables of prices; the first one that has a price decides.
        region: Of the resource; empty if it is not known.
        source: Where the prices come from.
    """

    model: str
    prices: tuple[Price, ...] = ()
    region: str = ""
    source: Source | None = None

    def training(self, tokens: int, training_type: str) -> Amount:
        """The cost of a training.

        Args:
            tokens: Trained tokens: those of the dataset times the epochs.
            training_type: `Standard`, `DataZoneStandard`, `GlobalStandard` or `Developer`, in any
                case.
        """
        price = self.training_price(training_type)
        return _times(tokens / _MILLION, price, self._missing_training_price(training_type))

    def training_by_hour(self, hours: float, training_type: str) -> Amount:
        """The cost of a training by RFT; arguments as for `training`, hours with their fraction."""
        price = self.hour_price(training_type)
        reason = self._missing_price(training_type, f"an hour of training as {training_type}")
        return _times(hours, price, reason)

    def hosting(self, hours: float, sku: str) -> Amount:
        """The cost of a deployment that exists so many hours, used or not.

        Args:
            hours: With their fraction.
            sku: `Standard`, `DataZoneStandard`, `GlobalStandard` or `DeveloperTier`, in any case.
        """
        price = self.hosting_price(sku)
        return _times(hours, price, self._missing_price(sku, f"hosting as {sku}"))

    def chat(self, prompt_tokens: int, completion_tokens: int, sku: str = "") -> Amount:
        """The cost of chats with so many tokens.

        Args:
            prompt_tokens: Those from the cache included; they count in full.
            completion_tokens: Of the answers.
            sku: Of the deployment that answered; empty for one of the base model, which is taken to
                be `GlobalStandard`.
        """
        kind = sku or _GLOBAL
        prompt = _times(
            prompt_tokens / _MILLION,
            self._find(kind, "input"),
            self._missing_price(kind, f"prompt tokens as {kind}"),
        )
        completion = _times(
            completion_tokens / _MILLION,
            self._find(kind, "output"),
            self._missing_price(kind, f"completion tokens as {kind}"),
        )
        return prompt + completion

    def training_price(self, training_type: str) -> float | None:
        """Dollars per million tokens of a training of this type; None if not known."""
        return self._find(training_type, "training")

    def hour_price(self, training_type: str) -> float | None:
        """Dollars per hour of a training of this type by RFT; None if not known."""
        return self._find(training_type, "training_hour")

    def hosting_price(self, sku: str) -> float | None:
        """Dollars per hour of a deployment with this SKU; None if not known."""
        return self._find(sku, "hosting_hour")

    def _find(self, kind: str, item: str) -> float | None:
        found = (price.find(kind, item, self.region) for price in self.prices)
        return next((value for value in found if value is not None), None)

    def _missing_training_price(self, training_type: str) -> str:
        if any(price.has_item("training_hour") for price in self.prices):
            return f"training of {self.model} is paid by the hour"
        return self._missing_price(training_type, f"training as {training_type}")

    def _missing_price(self, kind: str, what: str) -> str:
        where = sorted({one for price in self.prices for one in price.regions(kind)})
        known = f" outside of {', '.join(where)}" if where and self.region else ""
        if where and not self.region:
            known = " before the region of the resource is known (the daily check reads it)"
        return (
            f"no price is known for {what} of {self.model or 'a model that is not named'}{known}; "
            "a price in the file of PRICES makes it known"
        )


def rates(model: str) -> Rates:
    """The prices of a base model, by id or plain name; of a tuned one, those of its base.

    A model that nothing is known of has prices that are all unknown.

    Raises:
        ModelFactsError: a file of MODEL_FACTS or PRICES cannot be used.
    """
    known, published = find_model(model), current_list()
    base = known.id if known else model
    own = _own_prices().get(base)
    listed = published.prices.get(base)
    shipped = known.price if known else None
    sources = [
        own and Source(f"your file {os.environ['PRICES']}", ""),
        listed and Source(published.url, published.day),
        shipped and model_facts().sources.get(shipped.source),
    ]
    return Rates(
        base,
        tuple(one for one in (own, listed, shipped) if one),
        published.region,
        _source([one for one in sources if one]),
    )


def _source(found: list[Source]) -> Source | None:
    """The first source, with the second one where the first is the operator's and has no date."""
    if not found:
        return None
    if found[0].date or not found[1:]:
        return found[0]
    return Source(f"{found[0].url}, then {found[1].url}", found[1].date)


def _own_prices() -> dict[str, Price]:
    # Not from the settings: the command that validates a file runs without any.
    path = os.environ.get("PRICES", "").strip()
    return read_price_table(Path(path)) if path else {}


def _times(quantity: float, price: float | None, reason: str) -> Amount:
    if not quantity:
        return FREE
    return unknown(reason) if price is None else Amount(quantity * price)
