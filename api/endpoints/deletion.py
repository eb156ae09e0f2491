"""Deleting a model: it is marked, its runs are cancelled, and the deletion is started."""

import asyncio
from typing import TYPE_CHECKING, Any, Literal

from fastapi import Request, Response

from api.endpoint import Access, endpoint
from api.requests import model_name, unknown_model
from api.responses import json_response
from api.schemas import deletion as schemas
from shared.errors import RequestError
from shared.plurals import pluralize
from shared.registry import Run, registry

if TYPE_CHECKING:
    from shared.versions.deletion import Deletion


@endpoint(
    "DELETE",
    "models/{name}",
    access=Access.MASTER_KEY,
    response=schemas.Deletion,
    statuses=(202, 200),
    errors=(400, 404),
)
async def delete_model(request: Request, client: Any, query: schemas.DeleteQuery) -> Response:
    """Delete a model with its deployments, files and rows; 200 when the deletion is complete."""
    from orchestrators.client import deletion_status, poll_now, start_delete
    from shared.versions import deletion

    name = model_name(request)
    confirm = query.confirm
    runs, last = await asyncio.gather(
        asyncio.to_thread(_find_runs, name), asyncio.to_thread(deletion.read_record, name)
    )
    if runs is None and last is None:
        raise unknown_model(name)
    if confirm != name:
        raise _confirmation_error(name, confirm, runs or [])
    if runs is None and last is not None:
        return json_response(_present(last, "deleted"))
    asked, doomed = await asyncio.to_thread(deletion.mark_deleting, name)
    for run in doomed:
        if not run.resting:
            await poll_now(client, run)
    await start_delete(client, name)
    going = await asyncio.to_thread(deletion.build_record, name, asked, doomed)
    waiting = await deletion_status(client, name)
    return json_response(_present(going, "deleting", waiting), status=202)


def _find_runs(name: str) -> list[Run] | None:
    """The versions of a model; None if there is no such model."""
    found = registry().versions(name)
    return found if found or registry().model(name) else None


def _confirmation_error(name: str, confirm: str | None, runs: list[Run]) -> RequestError:
    live = sum(1 for one in runs if one.deployment.name)
    counts = f"{pluralize(len(runs), 'version')} and {pluralize(live, 'deployment')}"
    seen = f"; confirm={confirm[:80]} is another name" if confirm else ""
    return RequestError(
        "confirm",
        f"Deleting {name!r} permanently removes {counts}{seen}.",
        hint=f"To confirm, add ?confirm={name}.",
        param="confirm",
    )


def _present(
    found: "Deletion", state: Literal["deleting", "deleted"], waiting: str | None = None
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
        kept=schemas.RemainingResources(
            datasets=sorted({one.dataset for one in found.runs}),
            reports=[one.run for one in found.runs],
            tuned_models=[one.tuned_model for one in found.runs if one.tuned_model],
            jobs=[one.job for one in found.runs if one.job],
        ),
    )
