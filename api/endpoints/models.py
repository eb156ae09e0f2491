"""Models: the list, one with all its versions, and its model card."""

import asyncio

from fastapi import Request, Response

from api import links
from api.endpoint import Access, endpoint
from api.requests import model_name, unknown_model
from api.responses import json_response
from api.schemas.models import ModelDetail, ModelSummaries, ModelSummary
from shared import clock
from shared.registry import Run, registry
from shared.settings import settings


@endpoint("GET", "models", access=Access.FUNCTION_KEY, response=ModelSummaries)
async def list_tuned_models() -> Response:
    """List models, by name."""
    return json_response(ModelSummaries(models=await asyncio.to_thread(_summaries)))


@endpoint("GET", "models/{name}", access=Access.FUNCTION_KEY, response=ModelDetail, errors=(404,))
async def show_model(request: Request) -> Response:
    """Return a model: its versions from their datasets to their last use, and what chat adds."""
    return json_response(await _detail(request))


@endpoint(
    "GET",
    "models/{name}/card",
    access=Access.FUNCTION_KEY,
    media_types=("text/markdown",),
    errors=(404,),
)
async def show_card(request: Request) -> Response:
    """Return a model as a model card in Markdown."""
    from api.presenters.model_card import card

    text = card(await _detail(request))
    return Response(text, media_type="text/markdown; charset=utf-8")


async def _detail(request: Request) -> ModelDetail:
    from shared.billing.usage import counter

    # What this instance has counted and not written yet belongs to the sums as well.
    await counter().flush()
    return await asyncio.to_thread(_read, model_name(request), links.base_url(request))


def _read(name: str, base: str) -> ModelDetail:
    from api.presenters import models
    from shared.billing.usage import usage_table

    model, runs = registry().model(name), registry().versions(name)
    if model is None and not runs:
        raise unknown_model(name)
    now = clock.now()
    since = min((one.created for one in runs), default=now).date()
    used = [row for row in usage_table().between(since, now.date()) if row.use.model == name]
    return models.detail(name, model, runs, base, settings(), now, used)


def _summaries() -> list[ModelSummary]:
    from api.presenters import models

    rows = {model.model: model for model in registry().models()}
    found: dict[str, list[Run]] = {name: [] for name in rows}
    for run in registry().runs():
        found.setdefault(run.model, []).append(run)
    return [models.summary(name, rows.get(name), found[name]) for name in sorted(found)]
