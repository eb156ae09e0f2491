"""A model's life between its versions: wake, pin, unpin."""

import asyncio
from typing import Any

from fastapi import Request, Response

from api.endpoint import Access, endpoint
from api.endpoints.runs import run_response
from api.requests import model_name, require_model, unknown_model
from api.responses import json_response
from api.schemas import runs as runs_schemas
from api.schemas.deployments import Pin, PinQuery
from shared import clock
from shared.errors import RequestError
from shared.registry import registry


@endpoint(
    "POST",
    "models/{name}/wake",
    access=Access.MASTER_KEY,
    response=runs_schemas.Run,
    statuses=(202, 200),
    errors=(404, 409),
)
async def wake_model(request: Request, client: Any) -> Response:
    """Deploy a model that is asleep, once for any number of requests; 200 if it already answers."""
    from orchestrators.client import wake_version

    name = model_name(request)
    active = await asyncio.to_thread(_active, name)
    run = await wake_version(client, active, f"POST models/{name}/wake")
    return await run_response(request, client, run, 202 if run.deployment.waking_since else 200)


@endpoint(
    "POST", "models/{name}/pin", access=Access.MASTER_KEY, response=Pin, errors=(400, 404, 409)
)
async def pin_model(request: Request, query: PinQuery) -> Response:
    """Exempt a model from deletion for idleness, until a time or without end."""
    from api.presenters.deployments import pin
    from shared.deployments import pins

    name = model_name(request)
    await asyncio.to_thread(require_model, name)
    model = await asyncio.to_thread(pins.pin, name, query.until)
    run = await asyncio.to_thread(pins.guard, model)
    return json_response(pin(model, clock.now(), run))


@endpoint("DELETE", "models/{name}/pin", access=Access.MASTER_KEY, response=Pin, errors=(404,))
async def unpin_model(request: Request) -> Response:
    """Remove the pin of a model. Safe to repeat."""
    from api.presenters.deployments import pin
    from shared.deployments import pins

    name = model_name(request)
    await asyncio.to_thread(require_model, name)
    model = await asyncio.to_thread(pins.unpin, name)
    return json_response(pin(model, clock.now()))


def _active(name: str) -> str:
    """The run that a model's name points to."""
    model = registry().model(name)
    if model is not None and model.active:
        return model.active
    if not registry().versions(name):
        raise unknown_model(name)
    raise RequestError(
        "not_wakeable",
        f"{name!r} never served, so it cannot be woken.",
        hint=f"GET runs?model={name} shows its progress.",
        status=409,
        param="name",
    )
