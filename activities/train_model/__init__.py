"""Train: exactly one paid job for each run, whatever is delivered twice or lost on the way."""

import logging
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from activities._runner import step
from activities.train_model.charged_hours import record_charged_hours
from activities.train_model.checkpoint import choose_checkpoint
from activities.train_model.record import save_record
from shared import clock
from shared.clients.jobs import ENDED, JobFacts, JobRequest, MethodName, jobs
from shared.datasets import tune_options as options
from shared.errors import ChangedError, ServiceError
from shared.models import Method, find_model
from shared.registry import Run, registry
from shared.registry.ledger import add_charge
from shared.registry.state import Phase
from shared.runs import companions
from shared.runs.orchestration import Outcome
from shared.settings import settings
from shared.validation.rules.grader import with_names

log = logging.getLogger("tunedrop.activities")

SUCCEEDED = "succeeded"
METHODS: dict[str, MethodName] = {
    Method.SFT: "supervised",
    Method.DPO: "dpo",
    Method.RFT: "reinforcement",
}
UNKNOWN_MODEL = "does not support fine-tuning"
NO_EFFECT = frozenset({400, 401, 403, 404, 409, 422, 429})  # answers that created nothing


@step(Phase.TRAINING)
def train_model(run: Run) -> Outcome:
    """Done when the job of this run has succeeded; its events and results are kept as they come."""
    job = _job(run)
    if job is None:
        message = "A worker has begun to create the job; its answer is awaited."
        return Outcome.wait("job_claimed", message)
    registry().change(run.id, lambda row: _with_job(row, job))
    _keep(run, job)
    if job.status == SUCCEEDED:
        choose_checkpoint(run, job)
        awaited = record_charged_hours(run, job)
        if awaited:
            return awaited
    return _state(job)


def _keep(run: Run, job: JobFacts) -> None:
    """Keep its record. One that cannot be had must not cost a training that was paid for."""
    try:
        save_record(run, job)
    except ServiceError as error:
        if error.retryable:
            raise
        log.warning("%s: no record of job %s: %s", run.id, job.id, error)


def _job(run: Run) -> JobFacts | None:
    """The job of this run: the known one, one found by its training file, or a new one."""
    if run.training.job_id:
        known = jobs().get(run.training.job_id)
        if known is not None:
            return known
    return _adopt(run) or _create(run)


def _adopt(run: Run) -> JobFacts | None:
    """The job of this try on the run's training file; others that go on are cancelled.

    One that failed counts too: its answer may have been lost, and it must not be paid for again.
    """
    spent = run.training.spent_jobs
    found = [job for job in jobs().find(run.training.file) if job.id not in spent]
    chosen = min(found, key=_rank, default=None)
    for other in found:
        if other is not chosen and other.status not in ENDED:
            jobs().cancel(other.id)
    return chosen


def _rank(job: JobFacts) -> int:
    """What is finished is used first, then what goes on; the oldest where several are equal."""
    if job.status == SUCCEEDED:
        return 0
    return 2 if job.status in ENDED else 1


def _create(run: Run) -> JobFacts | None:
    """A new job, or None while another worker is at it.

    The claim is written first. Who cannot write it is not alone, and who finds it fresh waits until
    its job can be seen or its age says that its writer died.
    """
    run = companions.note_changes(run)
    claim = run.training.job_claimed
    if claim is not None and clock.now() - claim < settings().claim_age:
        return None
    try:
        claimed = registry().replace(run, run.with_training(job_claimed=clock.now()))
    except ChangedError:
        return None
    # Between the look and the claim another worker may have finished the whole step.
    found = _adopt(claimed)
    if found is not None:
        return found
    _begin(claimed)
    return _adopt(claimed)


def _begin(run: Run) -> None:
    request = _request(run)
    try:
        for alias in _aliases(request.model):
            if _is_created(request):
                return
            request = replace(request, model=alias)
        jobs().create(request)
    except ServiceError as error:
        if error.status in NO_EFFECT:  # the next try need not wait for the claim to age
            registry().change(run.id, lambda row: row.with_training(job_claimed=None))
        raise


def _is_created(request: JobRequest) -> bool:
    """Whether the service knew the model by this id; sources disagree on some open-weight ones."""
    try:
        jobs().create(request)
    except ServiceError as error:
        if error.status != HTTPStatus.NOT_FOUND and UNKNOWN_MODEL not in error.message:
            raise
        log.warning("model %s is tried by another id: %s", request.model, error)
        return False
    return True


def _aliases(model: str) -> tuple[str, ...]:
    known = find_model(model)
    return known.aliases if known is not None and known.id == model else ()


def _request(run: Run) -> JobRequest:
    tune = companions.pinned_options(run)
    return JobRequest(
        model=run.training.base_model,
        training_file=run.training.file,
        validation_file=run.training.validation_file or None,
        suffix=tune.suffix or run.model[: options.SUFFIX_LIMIT],
        seed=tune.seed if tune.seed is not None else settings().seed,
        training_type=run.training.type or tune.training_type or settings().training_type,
        hyperparameters=dict(tune.hyperparameters),
        method=METHODS[run.training.method],
        grader=_grader(run, tune),
        metadata={"tunedrop_run": run.id},
    )


def _grader(run: Run, tune: options.TuneOptions) -> dict[str, Any] | None:
    if run.training.method != Method.RFT or tune.grader is None:
        return None
    return with_names(tune.grader, run.model)


def _with_job(row: Run, job: JobFacts) -> Run:
    new = row.with_training(
        job_id=job.id,
        job_status=job.status,
        tuned_model=job.tuned_model or row.training.tuned_model,
        trained_tokens=job.trained_tokens or row.training.trained_tokens,
    )
    if job.status == SUCCEEDED:
        new = add_charge(new, job.id, job.finished_at or clock.now(), job.trained_tokens)
    return row if new == row else new


def _state(job: JobFacts) -> Outcome:
    if job.status == SUCCEEDED and job.tuned_model:
        return Outcome.done(f"Trained {job.trained_tokens or 0} tokens into {job.tuned_model}.")
    if job.status in ENDED:
        reason = job.error_message or "the service gave no reason"
        hint = "Fix the cause and drop the dataset again." if job.status != "cancelled" else ""
        message = f"Job {job.id} ended as {job.status}: {reason}"
        return Outcome.refuse(f"job_{job.status}", message, hint=hint)
    return Outcome.wait("training", f"Job {job.id} is {job.status}.", retry_after=_estimate(job))


def _estimate(job: JobFacts) -> float | None:
    """Seconds until the service expects the job to end, bounded by the longest wait."""
    if job.estimated_finish is None:
        return None
    left = (job.estimated_finish - clock.now()) / timedelta(seconds=1)
    return max(0.0, min(left, settings().poll_max.total_seconds()))
