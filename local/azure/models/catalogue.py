"""Base models that the emulated region offers.

Methods and dates as published by Microsoft (fine-tuning models page of 2026-05, retirement schedule
of 2026-09-02): `training_until` and `tuned_until` count for customers who already tune.

An emulator all of whose models have ended would be of no use, so the dates move along with the day
on which it is started: what had half a year left in December 2026 has so a year later.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class BaseModel:
    """A model that can be deployed, and tuned by the methods it names."""

    name: str
    version: str
    methods: tuple[str, ...]
    base_until: str
    training_until: str
    tuned_until: str
    learning_rate: float = 1.0
    example_tokens: int = 65_536
    format: str = "OpenAI"
    # regions of type and SKU Standard
    trains_in: tuple[str, ...] = ("northcentralus", "swedencentral")
    deploys_in: tuple[str, ...] = ("northcentralus", "swedencentral")
    developer: bool = True
    # as Resource Manager says it; the data plane knows no other than "generally-available"
    stage: str = "GenerallyAvailable"

    @property
    def id(self) -> str:
        """The name that jobs and deployments use."""
        return f"{self.name}-{self.version}" if self.version != "1" else self.name

    @property
    def is_open_weight(self) -> bool:
        """Whether it is of another maker, with a catalogue, quotas and limits of its own."""
        return self.format != "OpenAI"

    def training_types(self, location: str) -> tuple[str, ...]:
        """The types that train here, in lower case."""
        if self.is_open_weight:
            return ("globalstandard", "datazonestandard")
        regional = ("standard",) if location in self.trains_in else ()
        return (*regional, "globalstandard", "datazonestandard", "developertier")

    def tuned_skus(self, location: str) -> tuple[str, ...]:
        """The SKUs that models tuned from it can have here."""
        if self.is_open_weight:
            return ("GlobalStandard",)
        regional = ("Standard",) if location in self.deploys_in else ()
        developer = ("DeveloperTier",) if self.developer else ()
        return (*regional, "GlobalStandard", "DataZoneStandard", *developer)

    def usage_name(self, sku: str, *, tuned: bool) -> str:
        """The quota that deployments draw on, as the service spells it."""
        maker = "AIServices" if self.is_open_weight else "OpenAI"
        name = self.name.replace("gpt-4.1", "gpt4.1")
        return f"{maker}.{sku}.{name}" + ("-finetune" if tuned else "")

    def end(self, purpose: str) -> int:
        """When it ends for a purpose: `base` or `tuned` inference, or `training`."""
        dates = {
            "base": self.base_until,
            "tuned": self.tuned_until,
            "training": self.training_until,
        }
        return seconds(dates[purpose]) + _MOVED

    def end_date(self, purpose: str) -> str:
        """The day of `end`, as YYYY-MM-DD."""
        return f"{datetime.fromtimestamp(self.end(purpose), UTC):%Y-%m-%d}"

    @property
    def created_at(self) -> int:
        """When it appeared, in seconds since 1970."""
        return seconds(self.version if self.version != "1" else "2025-10-01")


def seconds(date: str) -> int:
    """A date as YYYY-MM-DD in seconds since 1970."""
    return int(datetime.fromisoformat(date).replace(tzinfo=UTC).timestamp())


_WRITTEN = "2026-12-01"
_STEP = 30 * 86_400  # so that two programs that are started one after the other have the same dates


def move_dates(now: float) -> int:
    """By how many seconds the dates are later, for a program that is started at `now`."""
    return max(0, int(now - seconds(_WRITTEN)) // _STEP) * _STEP


_MOVED = move_dates(time.time())

_4O = ("2027-04-14", "2027-04-01", "2027-10-01")
_41 = ("2027-04-14", "2027-04-14", "2027-10-14")
_O4 = ("2026-10-16", "2027-04-16", "2027-10-16")
_LATER = ("2028-08-07", "2028-08-07", "2029-08-07")
_BOTH = ("supervised", "dpo")
_EAST = ("eastus2", "swedencentral")

CATALOGUE = {
    model.id: model
    for model in (
        BaseModel(
            "gpt-4o-mini", "2024-07-18", ("supervised",), *_4O, developer=False, stage="Deprecated"
        ),
        BaseModel(
            "gpt-4o",
            "2024-08-06",
            _BOTH,
            *_4O,
            trains_in=("eastus2", "northcentralus", "swedencentral"),
            deploys_in=_EAST,
            developer=False,
            stage="Deprecated",
        ),
        BaseModel("gpt-4.1", "2025-04-14", _BOTH, *_41, stage="Legacy"),
        BaseModel("gpt-4.1-mini", "2025-04-14", _BOTH, *_41, stage="Legacy"),
        BaseModel("gpt-4.1-nano", "2025-04-14", _BOTH, *_41, 0.1, 32_768, stage="Legacy"),
        BaseModel(
            "o4-mini",
            "2025-04-16",
            ("reinforcement",),
            *_O4,
            trains_in=_EAST,
            deploys_in=_EAST,
            stage="Deprecated",
        ),
        BaseModel("gpt-5", "2025-08-07", ("reinforcement",), *_LATER),
        BaseModel("gpt-5-mini", "2025-08-07", (), *_LATER),
        BaseModel("Ministral-3B", "1", ("supervised",), *_LATER, format="Mistral AI"),
        BaseModel("Llama-3.3-70B-Instruct", "1", ("supervised",), *_LATER, format="Meta"),
        BaseModel("gpt-oss-20b", "1", ("supervised",), *_LATER, format="Microsoft"),
        BaseModel("qwen3-32b", "1", ("supervised",), *_LATER, format="Alibaba"),
    )
}


def find(identity: str, version: str | None = None) -> BaseModel | None:
    """A base model by its id, or by name and version as deployments write it."""
    if identity in CATALOGUE:
        return CATALOGUE[identity]
    for model in CATALOGUE.values():
        if model.name == identity and version in {None, "", model.version}:
            return model
    return None
