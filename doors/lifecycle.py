"""The doors that wake, pin and delete a model."""

import asyncio
from typing import Any

from fastapi import Request, Response

from doors import runs, waking
from doors.requests import model_name, unknown_model
from shared.errors import RequestError
from shared.registry import registry


async def woken(request: Request, client: Any) -> Response:
    """`POST models/{name}/wake`: 202 while it wakes, 200 if it answers already."""
    name = model_name(request)
    run = await asyncio.to_thread(_active, name)
    version = await waking.begin(client, run, f"POST models/{name}/wake")
    return await runs.answer(request, client, version, 202 if version.waking else 200)


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
