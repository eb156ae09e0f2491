"""The doors that wake, pin and delete a model."""

import asyncio
from typing import Any

from fastapi import Request, Response

from api.endpoints import runs
from api.presenters import runs as views
from api.requests import checked, model_name, query_of, unknown_model
from api.responses import body
from api.schemas import PinQuery
from orchestrators import waking
from shared import clock
from shared.deployments import pins
from shared.errors import RequestError
from shared.registry import registry


async def woken(request: Request, client: Any) -> Response:
    """`POST models/{name}/wake`: 202 while it wakes, 200 if it answers already."""
    name = model_name(request)
    run = await asyncio.to_thread(_active, name)
    version = await waking.begin(client, run, f"POST models/{name}/wake")
    return await runs.answer(request, client, version, 202 if version.waking else 200)


async def pinned(request: Request) -> Response:
    """`POST models/{name}/pin`."""
    query = checked(PinQuery, query_of(request))
    name = await asyncio.to_thread(_known, model_name(request))
    model = await asyncio.to_thread(pins.pin, name, query.until)
    version = await asyncio.to_thread(pins.guard, model)
    return body(views.pin(model, clock.now(), version))


async def unpinned(request: Request) -> Response:
    """`DELETE models/{name}/pin`."""
    name = await asyncio.to_thread(_known, model_name(request))
    model = await asyncio.to_thread(pins.unpin, name)
    return body(views.pin(model, clock.now()))


def _known(name: str) -> str:
    """The name, if there is such a model, or a run that will make it."""
    if registry().model(name) is None and not registry().versions(name):
        raise unknown_model(name)
    return name


def _active(name: str) -> str:
    """The run that a model's name points to."""
    model = registry().model(name)
    if model is not None and model.active:
        return model.active
    if not registry().versions(name):
        raise unknown_model(name)
    raise RequestError(
        "not_wakeable",
        f"{name!r} never served, so there is nothing to wake.",
        hint=f"GET runs?model={name} shows how far it is.",
        status=409,
        param="name",
    )
