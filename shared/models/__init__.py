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

_SHIPPED = Path(__file__).with_name("models.toml")
_TUNED_MARK = ".ft-"
DEFAULT_FORMAT = "OpenAI"


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
class Price:
    """Prices in US dollars; None is unknown, which is not the same as free."""

    training: float | None = None
    """Per million training tokens of type GlobalStandard."""
    training_standard: float | None = None
    """The same for type Standard, which stays in one region."""
    training_hour: float | None = None
    input: float | None = None
    """Per million prompt tokens."""
    output: float | None = None
    """Per million completion tokens."""
    hosting_hour: float | None = None
    """Per hour that a Standard or Global deployment exists, used or not."""
    source: str = "prices"
    """The entry of `sources` that these prices were read from."""


@dataclass(frozen=True, slots=True)
class Developer:
    """What the Developer tier costs, as shares of GlobalStandard's prices; None is unknown."""

    training: float | None = None
    hosting: float | None = None


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
    format: str = DEFAULT_FORMAT
    """Whose model it is, as deployments have to say it."""
    price: Price = field(default_factory=Price)
    retirement: Retirement = field(default_factory=Retirement)

    @classmethod
    def from_dict(cls, facts: dict[str, Any]) -> Self:
        """Build one model of the data file; TypeError when a key is missing or unknown."""
        nested = {
            "methods": tuple(facts.get("methods", ())),
            "price": Price(**facts.get("price", {})),
            "retirement": Retirement(**facts.get("retirement", {})),
        }
        return cls(**{**facts, **nested})


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """The whole data file."""

    default: str
    """The id of the model that is trained when nobody says which."""
    models: dict[str, Model]
    sources: dict[str, Source]
    developer: Developer = field(default_factory=Developer)
    limits: Limits = field(default_factory=Limits)


def find_model(name: str) -> Model | None:
    """The facts of a base model, by id or by plain name; of a tuned one, those of its base.

    Returns:
        None when nothing is known, in which case checks that need facts are left out.
    """
    facts = model_facts()
    base = name.split(_TUNED_MARK)[0]
    known = facts.models.get(base)
    return known or next((m for m in facts.models.values() if base in (m.name, m.id)), None)


def model_facts() -> ModelFacts:
    """Every model known, read once per process and file.

    Raises:
        ModelFactsError: the file of MODEL_FACTS is missing or not of the expected shape.
    """
    # Not from the settings: the command that validates a file runs without any.
    return read_facts(Path(os.environ.get("MODEL_FACTS", "").strip() or _SHIPPED))


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
        developer = Developer(**data.get("developer", {}))
        limits = Limits(**data.get("limits", {}))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ModelFactsError(
            f"model facts {path}: {error}. Start from a copy of {_SHIPPED.name} and unset "
            "MODEL_FACTS to use the shipped one."
        ) from error
    known = {model.id: model for model in models}
    return ModelFacts(data["default"], known, sources, developer, limits)
