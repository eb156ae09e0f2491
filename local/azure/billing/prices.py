"""What the emulated service charges, in US dollars.

Microsoft's page on fine-tuning cost management (2026-03-19) names few prices; tests set others.
"""

from dataclasses import asdict, dataclass, replace
from typing import Any

MILLION = 1_000_000
DEVELOPER_TRAINING = 0.5  # of the price of GlobalStandard
FREE_HOSTING = frozenset({"developertier"})


@dataclass(frozen=True)
class Price:
    """The prices of one base model and of models tuned from it; None where none is published."""

    training: float | None = None
    """Per million tokens of type GlobalStandard."""
    training_standard: float | None = None
    training_hour: float | None = None
    """Per hour of a training by RFT of type GlobalStandard."""
    input: float | None = None
    output: float | None = None
    hosting_hour: float | None = 1.70

    def for_training(self, training_type: str | None) -> float | None:
        """Per million tokens of a training of this type."""
        return _by_type(training_type, self.training, self.training_standard)

    def for_hour(self, training_type: str | None) -> float | None:
        """Per hour of a training by RFT of this type."""
        return _by_type(training_type, self.training_hour, None)

    def for_hosting(self, sku: str) -> float | None:
        """Per hour of a deployment with this SKU."""
        return 0.0 if sku.lower() in FREE_HOSTING else self.hosting_hour


def _by_type(
    training_type: str | None, everywhere: float | None, regional: float | None
) -> float | None:
    kind = (training_type or "Standard").lower()
    if kind == "standard":
        return regional
    if everywhere is None or not kind.startswith("developer"):
        return everywhere
    return everywhere * DEVELOPER_TRAINING


class Prices:
    """Prices by the id of a base model."""

    def __init__(self) -> None:
        self._known = {
            "gpt-4.1-2025-04-14": Price(training=2.0),
            "o4-mini-2025-04-16": Price(training_hour=100.0, input=1.10, output=4.40),
        }

    def of(self, base: str) -> Price:
        """The prices of a base model."""
        return self._known.get(base, Price())

    def put(self, base: str, values: dict[str, Any]) -> dict[str, Any]:
        """Changes prices; the ones that are in force then.

        Raises:
            ValueError: For what is no price.
        """
        for name, value in values.items():
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if name not in asdict(Price()) or not (value is None or (number and value >= 0)):
                raise ValueError(
                    f"{name}={value!r} is no price; known are {', '.join(asdict(Price()))}"
                )
        self._known[base] = replace(self.of(base), **values)
        return asdict(self._known[base])
