"""What the emulated service charges, in US dollars: rows of Azure's public price list.

`meters.csv` has rows of the retail price list of 2026-08-11 for fine-tuning. Prices per 1K tokens
are shown as the list does; here they count per million. A region of its own stands beside a meter
that is not sold at the same price everywhere.
"""

import csv
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

MILLION = 1_000_000
GLOBAL, DEVELOPER = "globalstandard", "developer"
FREE_HOSTING = frozenset({DEVELOPER})
DEVELOPER_TRAINING = 0.5  # of the price of GlobalStandard, where tests set prices


@dataclass(frozen=True)
class Meter:
    """A row of the price list."""

    product: str
    meter: str
    unit: str
    region: str
    usd: float
    """Per million tokens, or per hour."""
    model: str
    kind: str
    item: str


@dataclass(frozen=True)
class Price:
    """The prices of a base model as one training type or SKU; None where none is published."""

    training: float | None = None
    """Per million tokens."""
    training_hour: float | None = None
    """Per hour of a training by RFT."""
    input: float | None = None
    output: float | None = None
    hosting_hour: float | None = None


ITEMS = frozenset(one.name for one in fields(Price))


@lru_cache(maxsize=1)
def read_meters() -> tuple[Meter, ...]:
    """Every row of the price list."""
    with Path(__file__).with_name("meters.csv").open(encoding="utf-8") as file:
        return tuple(_meter(**row) for row in csv.DictReader(file))


def _meter(*, usd: str, **names: str) -> Meter:
    return Meter(usd=float(usd), **names)


def kind_name(text: str | None) -> str:
    """A training type or SKU as prices know it."""
    return (text or "Standard").lower().removesuffix("tier")


class Prices:
    """Prices by the id of a base model and the kind of a training or deployment."""

    def __init__(self, location: str) -> None:
        self._location = location
        self.reset()

    def reset(self) -> None:
        """Back to the published prices."""
        self._known = dict(_published(read_meters(), self._location))

    def of(self, base: str, kind: str | None) -> Price:
        """The prices of a base model as that training type or SKU, in any case."""
        return self._known.get((base, kind_name(kind)), Price())

    def put(self, base: str, values: dict[str, Any]) -> dict[str, Any]:
        """Changes prices of all kinds; those of GlobalStandard that are in force then.

        `training_standard` is the price of a training of type Standard.

        Raises:
            ValueError: For what is no price.
        """
        for name, value in values.items():
            number = isinstance(value, int | float) and not isinstance(value, bool)
            known = name in ITEMS or name == "training_standard"
            if not known or not (value is None or (number and value >= 0)):
                raise ValueError(f"{name}={value!r} is no price; known are {', '.join(ITEMS)}")
        regional = values.get("training_standard")
        given = {name: value for name, value in values.items() if name in ITEMS}
        self._change(base, GLOBAL, given)
        self._change(base, "datazonestandard", given)
        own = {} if regional is None else {"training": regional}
        self._change(base, "standard", {**given, **own})
        self._change(base, DEVELOPER, _developer(given))
        return asdict(self.of(base, GLOBAL))

    def _change(self, base: str, kind: str, values: dict[str, Any]) -> None:
        self._known[base, kind] = replace(self.of(base, kind), **values)


def _developer(values: dict[str, Any]) -> dict[str, Any]:
    cheaper = dict(values)
    for name in ("training", "training_hour"):
        if cheaper.get(name) is not None:
            cheaper[name] *= DEVELOPER_TRAINING
    if "hosting_hour" in cheaper:
        cheaper["hosting_hour"] = 0.0
    return cheaper


def _published(meters: Iterable[Meter], location: str) -> Iterable[tuple[tuple[str, str], Price]]:
    found: dict[tuple[str, str], dict[str, float]] = {}
    for meter in meters:
        if meter.item in ITEMS and meter.region in {"", location}:
            key = (meter.model, kind_name(meter.kind))
            found.setdefault(key, {})[meter.item] = meter.usd
    for (model, kind), items in found.items():
        if kind in FREE_HOSTING:
            items.setdefault("hosting_hour", 0.0)
        yield (model, kind), Price(**items)
