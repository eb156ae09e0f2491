"""Which version a model's name points to: rollback and promotion by a person."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from fastapi import Request, Response

from api.endpoint import Access, endpoint
from api.requests import model_name
from api.responses import json_response
from api.schemas.versions import PromoteQuery, Switch

if TYPE_CHECKING:
    from shared.versions.rollback import SwitchResult


@endpoint(
    "POST",
    "models/{name}/rollback",
    access=Access.MASTER_KEY,
    response=Switch,
    statuses=(200, 202),
    errors=(404, 409),
)
async def rollback_model(request: Request, client: Any) -> Response:
    """Activate the previous version; 202 if it must be woken first. Safe to repeat."""
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
    """Point a model's name to a version, even to one that failed the gate.

    202 while it must be woken first. Safe to repeat.
    """
    from shared.versions import rollback

    name = model_name(request)
    choose = partial(rollback.promote, name, query.run)
    return await _switch(client, choose, f"promotion for {name}")


async def _switch(client: Any, choose: "Callable[[], SwitchResult]", why: str) -> Response:
    from orchestrators.client import switch_version

    found = await switch_version(client, choose, why)
    model = found.model
    answer = Switch(
        model=model.model,
        active=model.active or None,
        previous=model.previous or None,
        wanted=model.wanted or None,
        message=found.message,
    )
    return json_response(answer, 202 if found.asleep else 200)
