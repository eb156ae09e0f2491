"""The door that deletes a model: marks it, stops what runs, and starts the deletion."""

import asyncio
from typing import Any, Literal

from fastapi import Request, Response

from api import schemas
from api.requests import checked, model_name, query_of, unknown_model
from api.responses import body
from orchestrators import client as starting
from orchestrators import hints
from shared.errors import RequestError
from shared.plurals import counted
from shared.registry import Version, registry
from shared.runs.orchestration import Journey, RunRef, Waits
from shared.settings import settings
from shared.versions.deletion import Deletion


async def deleted(request: Request, client: Any) -> Response:
    """`DELETE models/{name}`: 202 while it goes on, 200 with the record once it is over."""
    from shared.versions import deletion

    name = model_name(request)
    confirm = checked(schemas.DeleteQuery, query_of(request)).confirm
    versions, last = await asyncio.gather(
        asyncio.to_thread(_versions, name), asyncio.to_thread(deletion.record, name)
    )
    if versions is None and last is None:
        raise unknown_model(name)
    if confirm != name:
        raise _unconfirmed(name, confirm, versions or [])
    if versions is None and last is not None:
        return body(_shown(last, "deleted"))
    asked, doomed = await asyncio.to_thread(deletion.mark, name)
    for version in doomed:
        if not version.resting:
            await hints.look_now(client, version)
    await start(client, name)
    going = await asyncio.to_thread(deletion.of, name, asked, doomed)
    return body(_shown(going, "deleting", await _waiting(client, name)), status=202)


def _versions(name: str) -> list[Version] | None:
    """The versions of a model; None if there is no such model."""
    found = registry().versions(name)
    return found if found or registry().model(name) else None


def _unconfirmed(name: str, confirm: str | None, versions: list[Version]) -> RequestError:
    live = sum(1 for one in versions if one.deployment)
    goes = f"removes {counted(len(versions), 'version')} and {counted(live, 'deployment')} for good"
    seen = f"; confirm={confirm[:80]} is another name" if confirm else ""
    return RequestError(
        "confirm",
        f"Deleting {name!r} {goes}{seen}.",
        hint=f"Add ?confirm={name} if that is what you want.",
        param="confirm",
    )


async def start(client: Any, name: str) -> None:
    """Start `delete` for a model that is marked, unless it is at work already."""
    journey = Journey(ref=RunRef(run="", model=name), waits=Waits.of(settings()))
    await starting.start(client, "delete", instance(name), journey)


def instance(name: str) -> str:
    """The id of the orchestration that deletes a model."""
    return f"{name}-delete"


async def _waiting(client: Any, name: str) -> str | None:
    status = await client.get_status(instance(name))
    custom = status.custom_status if status else None
    return custom.get("waiting") or None if isinstance(custom, dict) else None


def _shown(
    found: Deletion, state: Literal["deleting", "deleted"], waiting: str | None = None
) -> schemas.Deletion:
    return schemas.Deletion(
        model=found.model,
        state=state,
        asked=found.asked,
        ended=found.ended or None,
        waiting=waiting,
        runs=[
            schemas.DeletedRun(
                run=one.run, deployment=one.deployment or None, files=list(one.files)
            )
            for one in found.runs
        ],
        kept=schemas.Kept(
            datasets=sorted({one.dataset for one in found.runs}),
            reports=[one.run for one in found.runs],
            tuned_models=[one.tuned_model for one in found.runs if one.tuned_model],
            jobs=[one.job for one in found.runs if one.job],
        ),
    )
