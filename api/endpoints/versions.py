"""Which version a model's name points to: rollback and promotion by a person."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from fastapi import Request, Response

from api.endpoint import Access, endpoint
from api.requests import model_name
from api.responses import json_response
from api.schemas.versions import PromoteQuery, Switch

if TYPE_CHECKING:
    from shared.versions.rollback import Choice


@endpoint(
    "POST",
    "models/{name}/rollback",
    access=Access.MASTER_KEY,
    response=Switch,
    statuses=(200, 202),
    errors=(404, 409),
)
async def rollback_model(request: Request, client: Any) -> Response:
    """Put the previous version back; 202 while it must be woken first. Safe to repeat."""
    from shared.versions import rollback

    name = model_name(request)
    return await _switch(client, partial(rollback.rollback, name), f"rollback of {name}")


@endpoint(
    "POST",
    "models/{name}/promote",
    access=Access.MASTER_KEY,
    response=Switch,
    statuses=(200, 202),
    errors=(400, 404, 409),
)
async def promote_model(request: Request, client: Any, query: PromoteQuery) -> Response:
    """Let a model's name point to a version, also to one that failed the gate.

    202 while it must be woken first. Safe to repeat.
    """
    name = model_name(request)
    return await put_in_front(client, name, query.run, f"promotion for {name}")


async def put_in_front(client: Any, name: str, run: str, why: str) -> Response:
    """Let a model's name point to that version, which is woken if it sleeps. Safe to repeat.

    Args:
        client: A durable client.
        name: The model.
        run: The version.
        why: Who wants that, for the timeline of one that is woken.
    """
    from shared.versions import rollback

    return await _switch(client, partial(rollback.promote, name, run), why)


async def _switch(client: Any, choose: "Callable[[], Choice]", why: str) -> Response:
    from orchestrators import waking

    found = await asyncio.to_thread(choose)
    if found.asleep:
        version = await waking.begin(client, found.version.run, why)
        if version.unapproved:
            message = f"{found.message} {version.waiting}"
            found = replace(found, message=message)
        if version.answers:
            # It woke just now, so nobody is left who would switch to it.
            found = await asyncio.to_thread(choose)
    model = found.model
    answer = Switch(
        model=model.model,
        active=model.active or None,
        previous=model.previous or None,
        wanted=model.wanted or None,
        message=found.message,
    )
    return json_response(answer, 202 if found.asleep else 200)
