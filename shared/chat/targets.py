"""Who answers for what a chat asks for: a name, `<name>@previous`, a run id, or `base`.

What was found is kept for a few seconds (`shared.ttl_cache`), so that a chat costs no table read
of its own and a switch to another version shows soon.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from shared.chat.availability import unready
from shared.datasets.names import model_of
from shared.errors import NotFoundError
from shared.prompts import few_shot
from shared.prompts.assembly import Message
from shared.registry import Model, Registry, Version, registry
from shared.settings import settings
from shared.ttl_cache import Kept

BASE = "base"
PREVIOUS = "@previous"
_NAME = re.compile(r"[A-Za-z0-9-]{1,64}")  # others would be refused by the table as a key


@dataclass(frozen=True)
class Target:
    """Who answers.

    Attributes:
        asked: What the caller asked for, and what the answer calls the model.
        deployment: The deployment that answers.
        run: The version behind it; empty for the base.
        model: The model that it is a version of; `base` for the base.
        base_model: What it was tuned from, which says what its tokens cost; may be empty.
        created: ISO time at which that version came in; empty for the base.
        system_message: What is put first when the caller sends no system message.
        examples: Messages that are put before the caller's.
    """

    asked: str
    deployment: str
    run: str = ""
    model: str = BASE
    base_model: str = ""
    created: str = ""
    system_message: str = ""
    examples: tuple[Message, ...] = ()


@lru_cache(maxsize=1)
def targets() -> Kept[Target]:
    """The targets of this process, by what is asked for.

    Getting one raises what `find` raises.
    """
    return Kept(_look)


def _look(asked: str) -> Target:
    # The base needs no registry, and answers even while storage is down.
    if asked == BASE:
        return Target(asked, settings().base_deployment, base_model=settings().base_model)
    return find(asked, registry())


def find(asked: str, rows: Registry) -> Target:
    """Look for a model or a run in the registry.

    Raises:
        NotFoundError: 404, naming what can be asked for.
        NotReadyError: 409 or 503, if it exists but does not answer.
    """
    version, model = _version(asked, rows)
    if version is None:
        raise _unknown(asked, rows)
    kept_back = asked != version.run and (model is None or not model.active)
    if kept_back or not version.answers:
        raise unready(asked, version, model)
    raw = model is not None and model.raw
    return Target(
        asked,
        version.deployment,
        version.run,
        version.model,
        version.base_model,
        version.created,
        "" if raw else version.system_message,
        () if raw else few_shot.messages(version.few_shot),
    )


def answering(rows: Registry) -> list[Version]:
    """The versions that a chat can ask for by run id."""
    return [row for row in rows.runs() if row.answers]


def _version(asked: str, rows: Registry) -> tuple[Version | None, Model | None]:
    if asked.endswith(PREVIOUS):
        return _previous(asked.removesuffix(PREVIOUS), rows)
    if not _NAME.fullmatch(asked):
        return None, None
    model = rows.model(asked)
    if model is not None and model.active:
        return rows.find(model.active), model
    owner = model_of(asked)
    version = rows.find(asked) if owner else None
    if version is not None and owner is not None:
        return version, rows.model(owner)
    # A model that never served yet: a run on its way says how far it is, else the newest one why.
    runs = rows.versions(asked)
    return max(runs, key=lambda run: (not run.resting, run.created), default=None), model


def _previous(name: str, rows: Registry) -> tuple[Version | None, Model | None]:
    model = rows.model(name) if _NAME.fullmatch(name) else None
    if model is not None and not model.previous:
        raise NotFoundError(
            "model_not_found",
            f"{name!r} has no previous version.",
            hint=f"Ask for {name!r}; there is a previous one after its dataset changed.",
            param="model",
        )
    return (rows.find(model.previous) if model else None), model


def _unknown(asked: str, rows: Registry) -> NotFoundError:
    known = [BASE, *(model.model for model in rows.models())]
    return NotFoundError(
        "model_not_found",
        f"There is no model {asked[:100]!r}.",
        hint=f"Ask for one of these, or for a run by its id: {', '.join(known[:20])}.",
        param="model",
    )
