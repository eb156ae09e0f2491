"""Runs: the list, one with everything, its reports and events, cancellation and approval."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from api import links
from api.endpoint import Access, endpoint
from api.requests import run_id
from api.responses import json_response, prefers_html
from api.schemas import runs as schemas
from api.schemas.costs import RunCosts
from api.schemas.deployments import DeploymentFacts
from shared import clock
from shared.errors import NotFoundError
from shared.registry import Run, registry
from shared.settings import settings

log = logging.getLogger("tunedrop.api")


@endpoint("GET", "runs", access=Access.FUNCTION_KEY, response=schemas.RunList, errors=(400,))
async def list_runs(request: Request, query: schemas.RunsQuery) -> Response:
    """List runs, the newest first."""
    from api.presenters import runs

    found = await asyncio.to_thread(_find, query)
    base = links.base_url(request)
    page = [runs.summary(run, base) for run in found[: query.limit]]
    return json_response(schemas.RunList(runs=page, total=len(found)))


@endpoint("GET", "runs/{id}", access=Access.FUNCTION_KEY, response=schemas.Run, errors=(404,))
async def show_run(request: Request, client: Any) -> Response:
    """Return a run: phase, progress, what it is waiting for."""
    run = await asyncio.to_thread(registry().get, run_id(request))
    return await run_response(request, client, run)


@endpoint(
    "GET",
    "runs/{id}/report",
    access=Access.FUNCTION_KEY,
    response=schemas.Report,
    media_types=("text/html",),
    errors=(404,),
)
async def show_report(request: Request) -> Response:
    """Return the validation and evaluation reports, as JSON or HTML by `Accept`."""
    from api.presenters import report_page

    stored = await asyncio.to_thread(_read_reports, run_id(request))
    evaluation = _object(stored.evaluation)
    if prefers_html(request.headers.get("accept", "")):
        return HTMLResponse(report_page.report(stored.page, evaluation))
    validation = _object(stored.validation)
    return json_response(
        schemas.Report(run=stored.run.id, validation=validation, evaluation=evaluation)
    )


@endpoint(
    "GET", "runs/{id}/events", access=Access.FUNCTION_KEY, response=schemas.Events, errors=(404,)
)
async def show_events(request: Request) -> Response:
    """Return events, checkpoints and loss curve of the training."""
    run, stored = await asyncio.to_thread(_read_training, run_id(request))
    if stored is None and not run.training.job_id:
        raise _missing(run, "events", "Events come with the training")
    # A job that was just created has no record yet, but its run names it already.
    known = _object(stored) or {
        "job": run.training.job_id,
        "status": run.training.job_status or None,
    }
    return json_response(schemas.Events.model_validate({**known, "run": run.id}))


@endpoint(
    "POST",
    "runs/{id}/cancel",
    access=Access.MASTER_KEY,
    response=schemas.Run,
    statuses=(202,),
    errors=(404, 409),
)
async def cancel_run(request: Request, client: Any) -> Response:
    """Cancel a run and its job at the service; the response is the run while it is stopped."""
    from orchestrators.client import poll_now
    from shared.runs import cancellation

    # The registry first, which is the truth; the event only makes the next poll come sooner.
    run = await asyncio.to_thread(cancellation.request_cancel, run_id(request))
    await poll_now(client, run)
    return await run_response(request, client, run, status=202)


@endpoint(
    "POST",
    "runs/{id}/approve",
    access=Access.MASTER_KEY,
    response=schemas.Run,
    statuses=(202,),
    errors=(404, 409),
)
async def approve_run(request: Request, client: Any) -> Response:
    """Approve a run that exceeds a budget, so that it continues."""
    from orchestrators.client import poll_now
    from shared.admission import approval

    run = await asyncio.to_thread(approval.approve, run_id(request))
    await poll_now(client, run)
    return await run_response(request, client, run, status=202)


async def run_response(request: Request, client: Any, run: Run, status: int = 200) -> Response:
    """A run with everything that is known of it.

    Args:
        request: Its address is that of the links.
        client: A durable client.
        run: The run's row.
        status: Of the response.
    """
    from api.presenters import runs

    custom_status = {} if run.resting else await _custom_status(client, run)
    deployment = await asyncio.to_thread(_deployment, run) if run.deployment.name else None
    costs = await asyncio.to_thread(_costs, run)
    base = links.base_url(request)
    shown = runs.run(run, base, custom_status, deployment, costs, clock.now())
    return json_response(shown, status)


def _find(query: schemas.RunsQuery) -> list[Run]:
    return [
        run
        for run in registry().runs()
        if query.model in (None, run.model) and query.phase in (None, run.phase)
    ]


def _costs(run: Run) -> RunCosts:
    from api.presenters.costs import run_costs
    from shared.billing import accounts
    from shared.billing.spending import Spending

    # Nobody can have chatted with what was never deployed.
    chats = accounts.chats_of(run, clock.now()) if run.deployment.created else Spending()
    return run_costs(run, settings(), clock.now(), chats)


def _deployment(run: Run) -> DeploymentFacts:
    from api.presenters.deployments import deployment

    model = registry().model(run.model)
    return deployment(run, model, settings(), clock.now())


async def _custom_status(client: Any, run: Run) -> dict[str, object]:
    from orchestrators.client import active_instances

    try:
        active = await active_instances(client, run)
    except Exception:
        # The registry has the truth; this would only be the next look.
        log.warning("the status of %s could not be read", run.id, exc_info=True)
        return {}
    # The sub-orchestration comes last: while it runs, it is the one that waits.
    return list(active.values())[-1] if active else {}


@dataclass(frozen=True)
class _Reports:
    """What lies in the container `reports`; None where nothing was written yet."""

    run: Run
    validation: bytes | None
    page: bytes | None
    evaluation: bytes | None


def _read_reports(run_id: str) -> _Reports:
    from shared.clients.storage import reports

    run = registry().get(run_id)
    names = ("validation.json", "validation.html", "evaluation.json")
    validation, page, evaluation = (reports().read(f"{run.id}/{name}") for name in names)
    if validation is None and evaluation is None:
        raise _missing(run, "report", "It is written when the dataset was validated")
    return _Reports(run, validation, page, evaluation)


def _read_training(run_id: str) -> tuple[Run, bytes | None]:
    from shared.clients.storage import reports

    run = registry().get(run_id)
    return run, reports().read(f"{run.id}/training.json")


def _missing(run: Run, what: str, when: str) -> NotFoundError:
    return NotFoundError(
        f"{what}_not_found",
        f"Run {run.id} has no {what} yet; it is {run.phase}.",
        hint=f"{when}; GET runs/{run.id} shows its progress.",
        param="id",
    )


def _object(data: bytes | None) -> dict[str, Any] | None:
    return orjson.loads(data) if data else None
