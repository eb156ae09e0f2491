"""Facts about base models, from one data file that a user can replace.

`models.toml` beside this module is the only place of the project that names a model. Setting
`MODEL_FACTS` to the path of another file of the same shape replaces it.
"""

import os
import tomllib
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from shared.models.price import ITEMS, Price, kind_name

_SHIPPED = Path(__file__).with_name("models.toml")
_TUNED_MARK = ".ft-"
DEFAULT_FORMAT = "OpenAI"
TRAINING_TYPES = ("Standard", "DataZoneStandard", "GlobalStandard", "Developer")
SKUS = ("Standard", "GlobalStandard", "DataZoneStandard", "DeveloperTier")


class ModelFactsError(ValueError):
    """The file of model facts cannot be used; the message names the file, the place and a fix."""


class Method(StrEnum):
    """How a model is trained, and therefore what a row of a dataset looks like."""

    SFT = "sft"
    DPO = "dpo"
    RFT = "rft"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a group of facts was read, and when."""

    url: str
    date: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What a resource may hold; None is unknown. No API of the service returns these numbers."""

    files: int | None = None
    file_bytes: int | None = None
    jobs: int | None = None
    """Of all times: a job cannot be deleted."""
    queued_jobs: int | None = None
    tuned_deployments: int | None = None


@dataclass(frozen=True, slots=True)
class Retirement:
    """The days on which the service stops something; None is unknown."""

    stage: str = ""
    """`Legacy` or `Deprecated`, as the service says; the latter closes it to new customers."""
    base: date | None = None
    training: date | None = None
    deployments: date | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """One base model. `sources` says where each group of facts was read."""

    id: str
    name: str
    methods: tuple[str, ...]
    vocabulary: str
    version: str = ""
    """Of the base model's deployment; empty where no source was found."""
    vocabulary_exact: bool = True
    context: int | None = None
    images: bool = False
    aliases: tuple[str, ...] = ()
    """Other ids that jobs were seen with; they are tried where the service does not know `id`."""
    format: str = DEFAULT_FORMAT
    """Whose model it is, as deployments have to say it."""
    other_formats: tuple[str, ...] = ()
    """Where sources disagree; they are tried where the service answers 500 to `format`."""
    dated_chat: bool = False
    """Whether chats go by the dated path of the deployment, and not by the v1 API."""
    own_vocabulary: str = ""
    """The model's own vocabulary, where tokens are counted with another one."""
    estimate: str = ""
    """How good that count is, as far as it was measured."""
    training_types: tuple[str, ...] = TRAINING_TYPES
    """What a job may ask for."""
    skus: tuple[str, ...] = SKUS
    """What a deployment of a tuned model may ask for; none if it cannot be had without hardware of
    one's own."""
    capacity: int = 1
    """The least capacity of a deployment that works, in thousands of tokens per minute."""
    standard_training: tuple[str, ...] = ()
    """The regions in which type Standard trains; empty if not known."""
    standard_deployment: tuple[str, ...] = ()
    """The regions in which SKU Standard deploys; empty if not known."""
    price: Price = field(default_factory=Price)
    meters: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Meters of Azure's retail price list: the kind and the item that each is the price of."""
    retirement: Retirement = field(default_factory=Retirement)

    def sku(self, wanted: str) -> str:
        """The SKU of a deployment for which the settings want another: the only one, if it is."""
        return self.skus[0] if len(self.skus) == 1 else wanted

    @classmethod
    def from_dict(cls, facts: dict[str, Any]) -> Self:
        """Build one model of the data file; TypeError when a key is missing or unknown."""
        lists = {key: tuple(value) for key, value in facts.items() if isinstance(value, list)}
        nested = {
            **lists,
            "price": Price.from_dict(facts.get("price", {})),
            "meters": {meter: _meter(text) for meter, text in facts.get("meters", {}).items()},
            "retirement": Retirement(**facts.get("retirement", {})),
        }
        return cls(**{**facts, **nested})


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """The whole data file."""

    defaults: tuple[str, ...]
    """The models that are trained when nobody says which: the first one that can be."""
    models: dict[str, Model]
    sources: dict[str, Source]
    price_products: tuple[str, ...] = ()
    """The products of Azure's retail price list that the meters of the models belong to."""
    limits: Limits = field(default_factory=Limits)

    @property
    def default(self) -> str:
        """The first of the defaults."""
        return self.defaults[0]


def find_model(name: str) -> Model | None:
    """The facts of a base model, by id or by plain name; of a tuned one, those of its base.

    Returns:
        None when nothing is known, in which case checks that need facts are left out.
    """
    facts = model_facts()
    base = name.split(_TUNED_MARK)[0]
    known = facts.models.get(base)
    named = (m for m in facts.models.values() if base in (m.name, *m.aliases))
    return known or next(named, None)


def has_dated_chat(model: str) -> bool:
    """Whether a model, and those tuned from it, are asked by the dated path (`dated_chat`)."""
    known = find_model(model)
    return known is not None and known.dated_chat


def model_facts() -> ModelFacts:
    """Every model known, read once per process and file.

    Raises:
        ModelFactsError: the file of MODEL_FACTS is missing or not of the expected shape.
    """
    # Not from the settings: the command that validates a file runs without any.
    return read_facts(Path(os.environ.get("MODEL_FACTS", "").strip() or _SHIPPED))


@lru_cache(maxsize=4)
def read_price_table(path: Path) -> dict[str, Price]:
    """An operator's own prices: a table for each id of a base model.

    Raises:
        ModelFactsError: it is missing or not of the expected shape.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return {model: Price.from_dict(table) for model, table in data.items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ModelFactsError(
            f"price table {path}: {error}. Start from a copy of prices.example.toml beside "
            f"{_SHIPPED.name}, or unset PRICES."
        ) from error


@lru_cache(maxsize=4)
def read_facts(path: Path) -> ModelFacts:
    """The facts in a file.

    Raises:
        ModelFactsError: it is missing or not of the expected shape.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        models = [Model.from_dict(entry) for entry in data["model"]]
        sources = {key: Source(**value) for key, value in data.get("sources", {}).items()}
        # A file with a single `default` is one with a list of one.
        defaults = tuple(data.get("defaults") or (data["default"],))
        products = tuple(data.get("price_list", {}).get("products", ()))
        limits = Limits(**data.get("limits", {}))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ModelFactsError(
            f"model facts {path}: {error}. Start from a copy of {_SHIPPED.name} and unset "
            "MODEL_FACTS to use the shipped one."
        ) from error
    known = {model.id: model for model in models}
    return ModelFacts(defaults, known, sources, products, limits)


def _meter(text: str) -> tuple[str, str]:
    """`GlobalStandard.training` in two parts; ValueError for anything else."""
    kind, _, item = text.partition(".")
    if item not in ITEMS:
        raise ValueError(f"{text!r} names no price")
    return kind_name(kind), item
