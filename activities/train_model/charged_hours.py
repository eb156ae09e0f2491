"""What a training by the hour is charged for: the service says it in an event, after the end."""

import logging
import math
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from shared import clock
from shared.clients.jobs import JobFacts, jobs
from shared.errors import ServiceError
from shared.models import Method
from shared.registry import Run, registry
from shared.registry.parts import ChargedHours
from shared.runs.orchestration import Outcome

log = logging.getLogger("tunedrop.activities")

_HOURS = re.compile(r"Training hours billed:\s*([\d.,]+)", re.IGNORECASE)
PATIENCE = timedelta(minutes=10)
"""How long the event may come after the job's end; a run goes on without it then."""


def record_charged_hours(run: Run, job: JobFacts) -> Outcome | None:
    """Note the hours of a job that has succeeded; the wait if the service has not said them yet.

    Only training by RFT is paid by the hour. What is not said in time stays unknown: a figure must
    not cost a training that was paid for.
    """
    if run.training.method != Method.RFT or any(
        one.job_id == job.id for one in run.training.charged_hours
    ):
        return None
    hours = _read_hours(run, job)
    if hours is not None:
        registry().change(run.id, lambda row: _with_hours(row, job.id, hours))
        return None
    if job.finished_at is None or clock.now() - job.finished_at >= PATIENCE:
        return None
    message = f"Job {job.id} succeeded; the service has not said yet how many hours it charges."
    return Outcome.wait("billing", message)


def billed_hours(events: Sequence[Mapping[str, object]]) -> float | None:
    """The hours that an event of a job names, such as `Training hours billed: 0.500`.

    The job itself has no such field, and its times hold the queue too, which is free.

    Args:
        events: Of the job, oldest first; the newest such event counts.
    """
    texts = (str(event.get("message")) for event in reversed(events))
    match = next(filter(None, map(_HOURS.search, texts)), None)
    try:
        hours = float(match[1].replace(",", "")) if match else math.nan
    except ValueError:
        return None
    return hours if math.isfinite(hours) else None


def _read_hours(run: Run, job: JobFacts) -> float | None:
    try:
        return billed_hours(jobs().events(job.id))
    except ServiceError as error:
        if error.retryable:
            raise
        log.warning("%s: the hours of job %s are not known: %s", run.id, job.id, error)
        return None


def _with_hours(row: Run, job: str, hours: float) -> Run:
    if any(one.job_id == job for one in row.training.charged_hours):
        return row
    return row.with_training(charged_hours=(*row.training.charged_hours, ChargedHours(job, hours)))
