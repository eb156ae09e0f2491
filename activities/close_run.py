"""Close a run that will not serve: stop what costs money, then say why."""

import logging
from dataclasses import replace
from typing import Any

from activities._runner import outcome_of, report_wait
from shared import clock
from shared.clients.deployments import deployments
from shared.clients.jobs import ENDED, WAITING, JobFacts, jobs
from shared.deployments import wake
from shared.deployments.base import delete_base
from shared.registry import Run, registry
from shared.registry.ledger import add_charge
from shared.registry.parts import RunError
from shared.registry.state import Phase
from shared.runs.orchestration import CloseReason, Outcome, Result
from shared.settings import settings
from shared.versions import promotion

log = logging.getLogger("tunedrop.activities")

PHASES = {
    "rejected": Phase.REJECTED,
    "cancelled": Phase.CANCELLED,
    # The blob was overwritten before this version was read; the newer bytes have their own run.
    "dataset_changed": Phase.SUPERSEDED,
}
NOTHING = frozenset({"stale", "closed"})  # another try, or an earlier answer, closed it already


def close_run(payload: object) -> dict[str, Any]:
    """Done when the run's job is stopped, its deployment gone and its row says why.

    Both are looked for at the service, not only in the row: an answer may have been lost. It never
    refuses: a run that still costs money is not closed, and its row says what is in the way.
    """
    closing = CloseReason.from_dict(payload)
    outcome = outcome_of(closing.ref, lambda: _close(closing))
    if outcome.result == Result.REFUSED:
        outcome = Outcome.wait(outcome.code, outcome.message, hint=outcome.hint)
    return report_wait(closing.ref, outcome)


def _close(closing: CloseReason) -> Outcome:
    run = registry().find(closing.ref.run)
    if run is None:
        return Outcome.done("Its row was deleted.")
    if closing.code in NOTHING or run.attempt != closing.ref.attempt or run.resting:
        return Outcome.done()
    claimed = _wait_for_claim(run)
    if claimed:
        return claimed
    ended, going = _stop_jobs(run)
    if going:
        return Outcome.wait("stopping", f"Job {going[0].id} is being stopped.")
    delete_base(run.id)
    if _delete_deployment(run):
        return Outcome.wait("deleting", f"Deployment {run.id} is being deleted.")
    phase = _phase(run, closing.code)
    # The row comes last: while it is not closed, this is done again after a crash.
    promotion.withdraw_request(run.model, run.id)
    registry().change(run.id, lambda row: _close_row(row, phase, closing, ended))
    log.info("%s: %s: %s", run.id, phase, closing.message)
    return Outcome.done()


def _phase(run: Run, code: str) -> Phase:
    if run.deployment.waking_since:
        return wake.phase_after_failed_wake(run, registry().model(run.model), code)
    return PHASES.get(code, Phase.FAILED)


def _wait_for_claim(run: Run) -> Outcome | None:
    """Wait for a worker that may be creating the job at this time, as `train_model` does."""
    claim = run.training.job_claimed
    if claim is None or run.training.job_id or clock.now() - claim >= settings().claim_age:
        return None
    return Outcome.wait("job_claimed", "A worker had begun to create the job; it is stopped next.")


def _stop_jobs(run: Run) -> tuple[list[JobFacts], list[JobFacts]]:
    """Cancel what runs; the jobs that have ended, and those that go on all the same."""
    if run.deployment.waking_since:
        return [], []  # its training is long over
    for job in _jobs(run):
        if job.status not in ENDED:
            jobs().cancel(job.id)
    found = _jobs(run)
    return [j for j in found if j.status in ENDED], [j for j in found if j.status not in ENDED]


def _jobs(run: Run) -> list[JobFacts]:
    return jobs().find(run.training.file) if run.training.file else []


def _delete_deployment(run: Run) -> bool:
    """Whether a deletion had to be started; the next call finds it gone or going."""
    return bool(run.deployment.name) and deployments().delete(run.deployment.name)


def _close_row(row: Run, phase: Phase, closing: CloseReason, ended: list[JobFacts]) -> Run:
    if row.resting:
        return row
    states = {job.id: job.status for job in ended}
    # A next try uses a model that is paid for, and leaves alone what failed.
    spent = [one for one, state in states.items() if state != "succeeded"]
    now = clock.now()
    closed = _add_charges(row, ended).enter_phase(phase, now, closing.message)
    closed = closed.with_deployment(
        name="",
        retiring=False,
        retire_claimed=None,
        waking_since=None,
        wake_failed=now if row.deployment.waking_since else None,
    )
    closed = closed.with_training(
        job_status=states.get(row.training.job_id, row.training.job_status),
        spent_jobs=tuple(spent),
    )
    error = RunError(code=closing.code, message=closing.message[:8000], hint=closing.hint[:2000])
    return replace(closed, error=error)


def _add_charges(row: Run, ended: list[JobFacts]) -> Run:
    """The row with what its jobs cost: those that ended well, and its own that was stopped.

    Work already done is billed, and of a job that was cancelled the service does not say how much.
    """
    for job in ended:
        at = job.finished_at or clock.now()
        started = job.id == row.training.job_id and row.training.job_status not in WAITING
        if job.status == "succeeded":
            row = add_charge(row, job.id, at, job.trained_tokens)
        elif job.status == "cancelled" and started:
            row = add_charge(row, job.id, at, None)
    return row
