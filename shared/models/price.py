"""The prices of a base model by training type, SKU and region, as the data files write them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

EVERYWHERE = ""
"""The region of a price that holds in each region."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Prices in US dollars; None is unknown, which is not the same as free."""

    training: float | None = None
    """Per million trained tokens."""
    training_hour: float | None = None
    input: float | None = None
    """Per million prompt tokens."""
    cached: float | None = None
    """Per million prompt tokens that the service had in its cache."""
    output: float | None = None
    """Per million completion tokens."""
    hosting_hour: float | None = None
    """Per hour that a deployment exists, used or not."""


ITEMS = tuple(one.name for one in fields(Rate))


@dataclass(frozen=True, slots=True)
class Price:
    """What the use of one model, and of models tuned from it, is charged at.

    Attributes:
        rates: By kind (a training type or a SKU, in lower case), then by region.
        source: The entry of `sources` that they were read from.
    """

    rates: Mapping[str, Mapping[str, Rate]] = field(default_factory=dict)
    source: str = "prices"

    @classmethod
    def from_dict(cls, facts: Mapping[str, Any]) -> Self:
        """Read `{GlobalStandard = {training = 5.0}, Standard = {swedencentral = {…}}}`.

        Raises:
            TypeError: for an item that is no price.
        """
        source = facts.get("source", "prices")
        kinds = {kind: table for kind, table in facts.items() if kind != "source"}
        return cls({kind_name(kind): _regions(table) for kind, table in kinds.items()}, source)

    def find(self, kind: str, item: str, region: str = EVERYWHERE) -> float | None:
        """One price; None if it is unknown, or if it depends on the region and that is not known.

        Args:
            kind: A training type or SKU, in any case.
            item: A field of `Rate`.
            region: As Resource Manager names it; empty if it is not known.
        """
        table = self.rates.get(kind_name(kind), {})
        here = table.get(region.lower()) or table.get(EVERYWHERE)
        if here is not None:
            return _item(here, item)
        # Where it costs the same in all regions, it need not be known which one it is.
        found = {_item(rate, item) for rate in table.values()}
        return found.pop() if len(found) == 1 and not region else None

    def regions(self, kind: str) -> tuple[str, ...]:
        """The regions that this kind has prices of its own for."""
        return tuple(sorted(filter(None, self.rates.get(kind_name(kind), {}))))

    def has_item(self, item: str) -> bool:
        """Whether any kind has a price for this item."""
        return any(value is not None for value in self._values(item))

    def _values(self, item: str) -> Iterator[float | None]:
        for table in self.rates.values():
            yield from (_item(rate, item) for rate in table.values())


def kind_name(text: str) -> str:
    """A training type or SKU as prices know it: `DeveloperTier` is training's `Developer`."""
    return text.lower().removesuffix("tier")


def _regions(table: Mapping[str, Any]) -> Mapping[str, Rate]:
    if table and all(isinstance(value, Mapping) for value in table.values()):
        return {region.lower(): Rate(**rate) for region, rate in table.items()}
    return {EVERYWHERE: Rate(**table)}


def _item(rate: Rate, item: str) -> float | None:
    value = getattr(rate, item)
    return None if value is None else float(value)
