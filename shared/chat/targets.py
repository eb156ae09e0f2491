"""Who answers for what a chat asks for: a model name, a run id, or `base`.

What was found is kept for a few seconds, so that a chat costs no table read of its own and a switch
to another version shows soon.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from shared import clock
from shared.chat.unready import unready
from shared.datasets import model_of
from shared.errors import NotFoundError
from shared.registry import Model, Registry, Version, registry
from shared.settings import settings

BASE = "base"
AGE = timedelta(seconds=3)
KEPT = 256  # names; far more than one resource can serve
_NAME = re.compile(r"[A-Za-z0-9-]{1,64}")  # others would be refused by the table as a key


@dataclass(frozen=True)
class Target:
    """Who answers.

    Attributes:
        asked: What the caller asked for, and what the answer calls the model.
        deployment: The deployment that answers.
        run: The version behind it; empty for the base.
        system_message: What is put first when the caller sends no system message.
    """

    asked: str
    deployment: str
    run: str = ""
    system_message: str = ""


class Targets:
    """Finds targets and keeps them for a while; for one event loop."""

    def __init__(self, find: Callable[[str], Target]) -> None:
        self._find = find
        self._kept: dict[str, tuple[datetime, asyncio.Future[Target]]] = {}

    async def get(self, asked: str) -> Target:
        """The target of `asked`, at most `AGE` old.

        Raises:
            NotFoundError: 404, naming what can be asked for.
            NotReadyError: 409 or 503, if it exists but does not answer.
        """
        now = clock.now()
        since, found = self._kept.get(asked, (None, None))
        if since is None or found is None or not timedelta(0) <= now - since < AGE:
            found = asyncio.ensure_future(asyncio.to_thread(self._find, asked))
            self._keep(asked, now, found)
        # Callers share one look; one that leaves must not end it for the others.
        try:
            return await asyncio.shield(found)
        except Exception:
            self.forget(asked)
            raise

    def forget(self, asked: str) -> None:
        """Look anew the next time."""
        self._kept.pop(asked, None)

    def _keep(self, asked: str, now: datetime, found: "asyncio.Future[Target]") -> None:
        if len(self._kept) >= KEPT:
            self._kept.clear()
        self._kept[asked] = (now, found)


@lru_cache(maxsize=1)
def targets() -> Targets:
    """The targets of this process."""
    return Targets(_look)


def _look(asked: str) -> Target:
    # The base needs no registry, and answers even while storage is down.
    if asked == BASE:
        return Target(asked, settings().base_deployment)
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
    if not version.answers:
        raise unready(asked, version)
    raw = model is not None and model.raw
    return Target(asked, version.deployment, version.run, "" if raw else version.system_message)


def answering(rows: Registry) -> list[Version]:
    """The versions that a chat can ask for by run id."""
    return [row for row in rows.runs() if row.answers]


def _version(asked: str, rows: Registry) -> tuple[Version | None, Model | None]:
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


def _unknown(asked: str, rows: Registry) -> NotFoundError:
    known = [BASE, *(model.model for model in rows.models())]
    return NotFoundError(
        "model_not_found",
        f"There is no model {asked[:100]!r}.",
        hint=f"Ask for one of these, or for a run by its id: {', '.join(known[:20])}.",
        param="model",
    )
