"""What chat adds to a model's messages: on, off for all callers, or read again."""

import asyncio
from dataclasses import replace

from fastapi import Request, Response

from api.endpoint import Access, endpoint
from api.requests import model_name, require_model
from api.responses import json_response
from api.schemas.chat_options import RawMode, RefreshResult
from shared.registry import Model, registry


@endpoint("POST", "models/{name}/raw", access=Access.MASTER_KEY, response=RawMode, errors=(404,))
async def set_raw(request: Request) -> Response:
    """Turn off what chat adds to messages (system message, examples). Safe to repeat."""
    return await _set_raw(request, raw=True)


@endpoint("DELETE", "models/{name}/raw", access=Access.MASTER_KEY, response=RawMode, errors=(404,))
async def unset_raw(request: Request) -> Response:
    """Turn on what chat adds to messages again. Safe to repeat."""
    return await _set_raw(request, raw=False)


@endpoint(
    "POST",
    "models/{name}/refresh",
    access=Access.MASTER_KEY,
    response=RefreshResult,
    errors=(400, 404, 409),
)
async def refresh_model(request: Request) -> Response:
    """Apply the chat options of `<name>.tune.json` again, without a training. Safe to repeat.

    These are `use_system_message` and `examples`.
    """
    return json_response(await asyncio.to_thread(_refresh, model_name(request)))


async def _set_raw(request: Request, *, raw: bool) -> Response:
    name = model_name(request)
    await asyncio.to_thread(_change, name, raw)
    return json_response(RawMode(model=name, raw=raw))


def _change(name: str, raw: bool) -> None:
    require_model(name)
    registry().change_model(name, lambda row: row if row.raw == raw else replace(row, raw=raw))


def _refresh(name: str) -> RefreshResult:
    from api.presenters import models
    from shared.prompts.chat_options import refresh

    require_model(name)
    run = refresh(name)
    model = registry().model(name) or Model(model=name)
    return RefreshResult(model=name, run=run.id, chat=models.chat(model, run))
