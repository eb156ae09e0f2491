"""What the use of one base model, and of models tuned from it, is charged at."""

from dataclasses import dataclass

from shared.billing.amount import FREE, Amount, unknown
from shared.models import Developer, Price, Source, find_model, model_facts

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Rates:
    """The prices of one model, and what they were read from.

    Nothing used costs nothing, whatever the price; all else has a price or a reason why not.
    """

    model: str
    price: Price
    developer: Developer
    source: Source | None = None

    def training(self, tokens: int, training_type: str) -> Amount:
        """The cost of a training.

        Args:
            tokens: Trained tokens: those of the dataset times the epochs.
            training_type: `Standard`, `GlobalStandard` or `Developer`, in any case.
        """
        price = self.training_price(training_type)
        return _times(tokens / _MILLION, price, self._missing_training_price(training_type))

    def training_by_hour(self, hours: float, training_type: str) -> Amount:
        """The cost of a training by RFT; arguments as for `training`, hours with their fraction."""
        price = self._of_type(training_type, self.price.training_hour, None)
        return _times(hours, price, self._missing_price(f"an hour of training as {training_type}"))

    def hosting(self, hours: float, sku: str) -> Amount:
        """The cost of a deployment that exists so many hours, used or not.

        Args:
            hours: With their fraction.
            sku: `Standard`, `GlobalStandard` or `DeveloperTier`, in any case.
        """
        return _times(hours, self.hosting_price(sku), self._missing_price(f"hosting as {sku}"))

    def chat(self, prompt_tokens: int, completion_tokens: int) -> Amount:
        """The cost of chats with so many tokens; a tuned model's tokens cost as its base's."""
        prompt = _times(
            prompt_tokens / _MILLION, self.price.input, self._missing_price("prompt tokens")
        )
        completion = _times(
            completion_tokens / _MILLION,
            self.price.output,
            self._missing_price("completion tokens"),
        )
        return prompt + completion

    def training_price(self, training_type: str) -> float | None:
        """Dollars per million tokens of a training of this type; None if not known."""
        return self._of_type(training_type, self.price.training, self.price.training_standard)

    def hosting_price(self, sku: str) -> float | None:
        """Dollars per hour of a deployment with this SKU; None if not known."""
        match sku.lower():
            case "standard" | "globalstandard":
                return self.price.hosting_hour
            case "developertier":
                return _share(self.price.hosting_hour, self.developer.hosting)
        return None

    def _of_type(self, kind: str, everywhere: float | None, regional: float | None) -> float | None:
        match kind.lower():
            case "globalstandard":
                return everywhere
            case "standard":
                return regional
            case "developer":
                return _share(everywhere, self.developer.training)
        return None

    def _missing_training_price(self, training_type: str) -> str:
        if self.price.training_hour is not None:
            return f"training of {self.model} is paid by the hour"
        return self._missing_price(f"training as {training_type}")

    def _missing_price(self, what: str) -> str:
        return f"no price is known for {what} of {self.model or 'a model that is not named'}"


def rates(model: str) -> Rates:
    """The prices of a base model, by id or plain name; of a tuned one, those of its base.

    A model that nothing is known of has prices that are all unknown.

    Raises:
        ModelFactsError: the file of MODEL_FACTS cannot be used.
    """
    facts, known = model_facts(), find_model(model)
    if known is None:
        return Rates(model, Price(), Developer())
    return Rates(known.id, known.price, facts.developer, facts.sources.get(known.price.source))


def _share(price: float | None, share: float | None) -> float | None:
    """A part of a price; no part of it is nothing, also where the price is not known."""
    if share == 0:
        return 0.0
    return None if price is None or share is None else price * share


def _times(quantity: float, price: float | None, reason: str) -> Amount:
    if not quantity:
        return FREE
    return unknown(reason) if price is None else Amount(quantity * price)
