"""The doors of what a run left behind: reports of validation and evaluation, events of training."""

import asyncio
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from api import schemas
from api.presenters import report_page
from api.requests import run_id
from api.responses import body, prefers_html
from shared.errors import NotFoundError
from shared.registry import Version, registry


@dataclass(frozen=True)
class _Stored:
    """What lies in the container `reports`; None where nothing was written yet."""

    version: Version
    validation: bytes | None
    page: bytes | None
    evaluation: bytes | None


async def report(request: Request) -> Response:
    """`GET runs/{id}/report`."""
    stored = await asyncio.to_thread(_stored, run_id(request))
    evaluation = _object(stored.evaluation)
    if prefers_html(request.headers.get("accept", "")):
        return HTMLResponse(report_page.report(stored.page, evaluation))
    validation = _object(stored.validation)
    return body(
        schemas.Report(run=stored.version.run, validation=validation, evaluation=evaluation)
    )


async def events(request: Request) -> Response:
    """`GET runs/{id}/events`."""
    version, stored = await asyncio.to_thread(_training, run_id(request))
    if stored is None and not version.job:
        raise _missing(version, "events", "Events come with the training")
    # A job that was just created has no record yet, but its run names it already.
    known = _object(stored) or {"job": version.job, "status": version.job_status or None}
    return body(schemas.Events.model_validate({**known, "run": version.run}))


def _stored(run: str) -> _Stored:
    from shared.clients.storage import reports

    version = registry().get(run)
    names = ("validation.json", "validation.html", "evaluation.json")
    validation, page, evaluation = (reports().read(f"{version.run}/{name}") for name in names)
    if validation is None and evaluation is None:
        raise _missing(version, "report", "It is written when the dataset was validated")
    return _Stored(version, validation, page, evaluation)


def _training(run: str) -> tuple[Version, bytes | None]:
    from shared.clients.storage import reports

    version = registry().get(run)
    return version, reports().read(f"{version.run}/training.json")


def _missing(version: Version, what: str, when: str) -> NotFoundError:
    return NotFoundError(
        f"{what}_not_found",
        f"Run {version.run} has no {what} yet; it is {version.phase}.",
        hint=f"{when}; GET runs/{version.run} shows how far it is.",
        param="id",
    )


def _object(data: bytes | None) -> dict[str, Any] | None:
    return orjson.loads(data) if data else None
