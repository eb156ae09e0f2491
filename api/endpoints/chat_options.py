"""The doors of what chat adds to a model's messages: on, off for everybody, or read again."""

import asyncio
from dataclasses import replace

from fastapi import Request, Response

from api.requests import model_name, unknown_model
from api.responses import body
from api.schemas import Raw, Refreshed
from shared.registry import Model, registry


async def switched_off(request: Request) -> Response:
    """`POST models/{name}/raw`."""
    return await _set(request, raw=True)


async def switched_on(request: Request) -> Response:
    """`DELETE models/{name}/raw`."""
    return await _set(request, raw=False)


async def refreshed(request: Request) -> Response:
    """`POST models/{name}/refresh`."""
    return body(await asyncio.to_thread(_read_again, model_name(request)))


async def _set(request: Request, *, raw: bool) -> Response:
    name = model_name(request)
    await asyncio.to_thread(_change, name, raw)
    return body(Raw(model=name, raw=raw))


def _change(name: str, raw: bool) -> None:
    _known(name)
    registry().change_model(name, lambda row: row if row.raw == raw else replace(row, raw=raw))


def _read_again(name: str) -> Refreshed:
    from api.presenters import models
    from shared.prompts.chat_options import read_again

    _known(name)
    version = read_again(name)
    model = registry().model(name) or Model(model=name)
    return Refreshed(model=name, run=version.run, chat=models.chat(model, version))


def _known(name: str) -> None:
    if registry().model(name) is None and not registry().versions(name):
        raise unknown_model(name)
