"""The doors by which a person chooses the version that a name points to."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from fastapi import Request, Response

from api.requests import checked, model_name, query_of
from api.responses import body
from api.schemas import PromoteQuery, Switch
from orchestrators import waking

if TYPE_CHECKING:
    from shared.versions.rollback import Choice


async def rolled_back(request: Request, client: Any) -> Response:
    """`POST models/{name}/rollback`."""
    from shared.versions import rollback

    name = model_name(request)
    return await _chosen(client, partial(rollback.rollback, name), f"rollback of {name}")


async def promoted(request: Request, client: Any) -> Response:
    """`POST models/{name}/promote?run=`."""
    name = model_name(request)
    run = checked(PromoteQuery, query_of(request)).run
    return await put_in_front(client, name, run, f"promotion for {name}")


async def put_in_front(client: Any, name: str, run: str, why: str) -> Response:
    """Let a model's name point to that version, which is woken if it sleeps. Safe to repeat.

    Args:
        client: A durable client.
        name: The model.
        run: The version.
        why: Who wants that, for the timeline of one that is woken.
    """
    from shared.versions import rollback

    return await _chosen(client, partial(rollback.promote, name, run), why)


async def _chosen(client: Any, choose: "Callable[[], Choice]", why: str) -> Response:
    found = await asyncio.to_thread(choose)
    if found.asleep:
        version = await waking.begin(client, found.version.run, why)
        if version.unapproved:
            told = f"{found.message} {version.waiting}"
            found = replace(found, message=told)
        if version.answers:
            # It woke at this very moment, so nobody is left who would switch to it.
            found = await asyncio.to_thread(choose)
    model = found.model
    answer = Switch(
        model=model.model,
        active=model.active or None,
        previous=model.previous or None,
        wanted=model.wanted or None,
        message=found.message,
    )
    return body(answer, 202 if found.asleep else 200)
