"""Sums of money of which a part may be unknown. What is unknown is never counted as zero."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_DIGITS = 6  # of a dollar shown: a chat costs less than a cent


@dataclass(frozen=True, slots=True)
class Amount:
    """US dollars.

    Attributes:
        at_least: The part that is known.
        unknown: Why the rest is not, one sentence for each reason; empty if all is known.
    """

    at_least: float = 0.0
    unknown: tuple[str, ...] = ()

    @property
    def usd(self) -> float | None:
        """The whole sum; None if a part of it is unknown."""
        return None if self.unknown else self.at_least

    def __add__(self, other: "Amount") -> "Amount":
        """Both together, each reason once."""
        reasons = tuple(dict.fromkeys((*self.unknown, *other.unknown)))
        return Amount(self.at_least + other.at_least, reasons)

    def __str__(self) -> str:
        """The sum as people read it."""
        known = f"${self.at_least:,.2f}"
        if not self.unknown:
            return known
        return f"at least {known}" if self.at_least else "unknown"

    def to_dict(self) -> dict[str, Any]:
        """The sum as a JSON object."""
        usd = None if self.usd is None else round(self.usd, _DIGITS)
        known = round(self.at_least, _DIGITS)
        return {"usd": usd, "at_least_usd": known, "unknown": list(self.unknown)}


FREE = Amount()


def unknown(reason: str) -> Amount:
    """A sum of which nothing is known, for this reason."""
    return Amount(unknown=(reason,))


def total(amounts: Iterable[Amount]) -> Amount:
    """All of them together."""
    return sum(amounts, FREE)
