"""The doors of models: list, show, card."""

import asyncio
from datetime import datetime

from fastapi import Request, Response

from api import links, schemas
from api.presenters import models
from api.requests import model_name, unknown_model
from api.responses import body
from shared import clock
from shared.billing.usage import counter, usage_table
from shared.registry import Version, registry
from shared.settings import settings


async def listed(request: Request) -> Response:  # noqa: ARG001  every door takes its request
    """`GET models`."""
    return body(schemas.ModelSummaries(models=await asyncio.to_thread(_all)))


async def shown(request: Request) -> Response:
    """`GET models/{name}`."""
    return body(await _detail(request))


async def carded(request: Request) -> Response:
    """`GET models/{name}/card`."""
    from api.presenters.model_card import card

    text = card(await _detail(request))
    return Response(text, media_type="text/markdown; charset=utf-8")


async def _detail(request: Request) -> schemas.ModelDetail:
    # What this instance has counted and not written is asked for as well.
    await counter().flush()
    return await asyncio.to_thread(_look, model_name(request), links.base(request))


def _look(name: str, base: str) -> schemas.ModelDetail:
    model, versions = registry().model(name), registry().versions(name)
    if model is None and not versions:
        raise unknown_model(name)
    now = clock.now()
    first = min((one.created for one in versions), default="")
    since = datetime.fromisoformat(first).date() if first else now.date()
    used = [row for row in usage_table().between(since, now.date()) if row.use.model == name]
    return models.detail(name, model, versions, base, settings(), now, used)


def _all() -> list[schemas.ModelSummary]:
    rows = {model.model: model for model in registry().models()}
    found: dict[str, list[Version]] = {name: [] for name in rows}
    for version in registry().runs():
        found.setdefault(version.model, []).append(version)
    return [models.summary(name, rows.get(name), found[name]) for name in sorted(found)]
