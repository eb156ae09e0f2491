"""Which deployment answers a chat: by a name, `<name>@previous`, a run id, or `base`.

What was found is kept for a few seconds (`shared.ttl_cache`), so that a chat costs no table read
of its own and a switch to another version shows soon.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from shared.chat.availability import unavailable_error
from shared.datasets.names import model_of
from shared.errors import NotFoundError
from shared.models import has_dated_chat, model_facts
from shared.prompts import few_shot
from shared.prompts.assembly import Message
from shared.registry import Model, Run, registry
from shared.registry.table import Registry
from shared.settings import settings
from shared.ttl_cache import TtlCache

BASE = "base"
PREVIOUS = "@previous"
_NAME = re.compile(r"[A-Za-z0-9-]{1,64}")  # others would be refused by the table as a key


@dataclass(frozen=True)
class Target:
    """The deployment that answers a chat.

    Attributes:
        asked: The model that the caller asked for; the answer names it, too.
        deployment: Name of the deployment.
        run: The version behind it; empty for the base.
        model: The model that it is a version of; `base` for the base.
        base_model: What it was tuned from, which says what its tokens cost; may be empty.
        created: When the run was created; None for the base.
        system_message: What is put first when the caller sends no system message.
        examples: Messages that are put before the caller's.
        dated: Whether it is asked by the dated path, as open-weight models are.
        sku: Of the deployment, which has a part in what its tokens cost; empty for the base.
    """

    asked: str
    deployment: str
    run: str = ""
    model: str = BASE
    base_model: str = ""
    created: datetime | None = None
    system_message: str = ""
    examples: tuple[Message, ...] = ()
    sku: str = ""
    dated: bool = False


@lru_cache(maxsize=1)
def targets() -> TtlCache[Target]:
    """The targets of this process, by what is asked for.

    Getting one raises what `find_target` raises.
    """
    return TtlCache(_find)


def _find(asked: str) -> Target:
    # The base needs no registry, and answers even while storage is down.
    if asked == BASE:
        # Unset, it is the first default model, whose deployment BASE_DEPLOYMENT should be.
        base = settings().base_model or model_facts().default
        dated = has_dated_chat(base)
        return Target(asked, settings().base_deployment, base_model=base, dated=dated)
    return find_target(asked, registry())


def find_target(asked: str, rows: Registry) -> Target:
    """Find the deployment for a model or a run in the registry.

    Raises:
        NotFoundError: 404, naming what can be asked for.
        NotReadyError: 409 or 503, if it exists but does not answer.
    """
    run, model = _find_run(asked, rows)
    if run is None:
        raise _unknown_error(asked, rows)
    not_promoted = asked != run.id and (model is None or not model.active)
    if not_promoted or not run.answers:
        raise unavailable_error(asked, run, model)
    raw = model is not None and model.raw
    return Target(
        asked,
        run.deployment.name,
        run.id,
        run.model,
        run.training.base_model,
        run.created,
        "" if raw else run.chat.system_message,
        () if raw else few_shot.messages(run.chat.few_shot),
        run.deployment.sku,
        has_dated_chat(run.training.base_model),
    )


def list_answering_runs(rows: Registry) -> list[Run]:
    """The runs that answer a chat by their id."""
    return [row for row in rows.runs() if row.answers]


def _find_run(asked: str, rows: Registry) -> tuple[Run | None, Model | None]:
    if asked.endswith(PREVIOUS):
        return _find_previous(asked.removesuffix(PREVIOUS), rows)
    if not _NAME.fullmatch(asked):
        return None, None
    model = rows.model(asked)
    if model is not None and model.active:
        return rows.find(model.active), model
    owner = model_of(asked)
    run = rows.find(asked) if owner else None
    if run is not None and owner is not None:
        return run, rows.model(owner)
    # A model that has never served: a run in progress says how far it is, else the newest one why.
    runs = rows.versions(asked)
    return max(runs, key=lambda run: (not run.resting, run.created), default=None), model


def _find_previous(name: str, rows: Registry) -> tuple[Run | None, Model | None]:
    model = rows.model(name) if _NAME.fullmatch(name) else None
    if model is not None and not model.previous:
        raise NotFoundError(
            "model_not_found",
            f"{name!r} has no previous version.",
            hint=f"Request {name!r}; a previous version exists after the dataset has changed.",
            param="model",
        )
    return (rows.find(model.previous) if model else None), model


def _unknown_error(asked: str, rows: Registry) -> NotFoundError:
    known = [BASE, *(model.model for model in rows.models())]
    return NotFoundError(
        "model_not_found",
        f"There is no model {asked[:100]!r}.",
        hint=f"Request one of these, or a run by its id: {', '.join(known[:20])}.",
        param="model",
    )
