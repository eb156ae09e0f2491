"""The doors of what chat adds to a model's messages: on, or off for everybody."""

import asyncio
from dataclasses import replace

from fastapi import Request, Response

from doors.answers import body
from doors.bodies import Raw
from doors.requests import model_name, unknown_model
from shared.registry import registry


async def switched_off(request: Request) -> Response:
    """`POST models/{name}/raw`."""
    return await _set(request, raw=True)


async def switched_on(request: Request) -> Response:
    """`DELETE models/{name}/raw`."""
    return await _set(request, raw=False)


async def _set(request: Request, *, raw: bool) -> Response:
    name = model_name(request)
    await asyncio.to_thread(_change, name, raw)
    return body(Raw(model=name, raw=raw))


def _change(name: str, raw: bool) -> None:
    if registry().model(name) is None and not registry().versions(name):
        raise unknown_model(name)
    registry().change_model(name, lambda row: row if row.raw == raw else replace(row, raw=raw))
