"""Admit: wait for room at the service, and for a person where a budget would be exceeded.

A run never fails because the service is full.
"""

from collections.abc import Callable

from activities import _model_retirement
from activities._runner import step
from activities.create_deployment.eviction import make_room, record_gone_deployments
from shared import clock
from shared.admission import queue
from shared.admission.account import check_account
from shared.admission.approval import check_budget
from shared.admission.base import check_base
from shared.admission.offer import Obstacle, Request
from shared.admission.queue import Line
from shared.clients.account import SkuOffer
from shared.clients.deployments import deployments
from shared.clients.files import files
from shared.clients.jobs import jobs
from shared.clients.quota import quota_for
from shared.deployments.plan import plan_deployment
from shared.models import find_model, model_facts
from shared.registry import Run, registry
from shared.registry.state import Phase
from shared.runs.orchestration import Outcome, Result

Check = Callable[[Run, Line], Outcome | None]

_MAKE_ROOM = "Delete files that no job needs."


@step(Phase.QUEUED)
def admit_run(run: Run) -> Outcome:
    """Done when money, files, jobs, deployments and quota leave room for this run."""
    if run.training.job_id:
        return Outcome.done("Its job was admitted before.")
    if run.admission.admitted:
        return Outcome.done("It was admitted before.")
    mine = registry().change(run.id, _join_queue)
    if not run.admission.queued_since:
        mine = _model_retirement.update_dates(mine)
    line = queue.line(mine)
    found = next(filter(None, (check(mine, line) for check in _CHECKS)), None)
    outcome = found or Outcome.done("There is room.")
    registry().change(run.id, lambda row: _record_outcome(row, outcome))
    return outcome


def _join_queue(row: Run) -> Run:
    now = clock.now()
    return (
        row if row.admission.queued_since else row.with_admission(queued_since=now, last_look=now)
    )


def _record_outcome(row: Run, outcome: Outcome) -> Run:
    now = clock.now()
    if outcome.result == Result.WAIT:
        return queue.mark_waiting(row, outcome.code, now)
    if outcome.result == Result.DONE and not row.admission.admitted:
        return row.with_admission(admitted=now, waits_for="", waits_since=None)
    return row


def _files(run: Run, line: Line) -> Outcome | None:
    if run.training.file:
        return None  # an earlier try uploaded them
    limits = model_facts().limits
    count, size = files().totals()
    others = line.before(queue.FILES, lambda row: not row.training.file)
    if limits.files is not None and count + len(others) >= limits.files:
        message = f"The resource has {count} of {limits.files} files{_of_others(others)}."
        return Outcome.wait(queue.FILES, message, hint=_MAKE_ROOM)
    others = line.before(queue.BYTES, lambda row: not row.training.file)
    size += sum(row.dataset.size for row in others)
    if limits.file_bytes is not None and size + run.dataset.size > limits.file_bytes:
        message = (
            f"Files have {size} bytes{_of_others(others)}; with {run.dataset.size} more they "
            f"exceed {limits.file_bytes}."
        )
        return Outcome.wait(queue.BYTES, message, hint=_MAKE_ROOM)
    return None


def _jobs(_: Run, line: Line) -> Outcome | None:
    limits, now = model_facts().limits, jobs().counts()
    others = line.before(queue.JOBS, _needs_job)
    if limits.queued_jobs is not None and now.waiting + len(others) >= limits.queued_jobs:
        message = (
            f"The service's own queue is full: {now.waiting} of {limits.queued_jobs} jobs wait, "
            f"{now.running} run{_of_others(others)}."
        )
        return Outcome.wait(queue.JOBS, message)
    others = line.before(queue.ALL_JOBS, _needs_job)
    if limits.jobs is not None and now.total + len(others) >= limits.jobs:
        message = f"The resource has had {now.total} of {limits.jobs} jobs{_of_others(others)}."
        hint = "Jobs cannot be deleted by the API: use another resource, or ask Azure's support."
        return Outcome.wait(queue.ALL_JOBS, message, hint=hint)
    return None


def _deployments(run: Run, line: Line) -> Outcome | None:
    record_gone_deployments()
    there = {one.name: one.is_tuned for one in deployments().list()}
    tuned = [name for name, is_tuned in there.items() if is_tuned and name != run.id]
    others = line.before(queue.DEPLOYMENTS, lambda row: row.id not in there)
    most = model_facts().limits.tuned_deployments
    if most is None or len(tuned) + len(others) < most:
        return None
    # Who is first in the line makes the room, so that one deployment goes for one run.
    room_made = "" if others else make_room(run)
    message = (
        f"{len(tuned)} of {most} deployments of tuned models are in use{_of_others(others)}."
        f"{room_made}"
    )
    return Outcome.wait(queue.DEPLOYMENTS, message, hint=f"Delete one of {', '.join(tuned)}.")


def _offer(run: Run, _: Line) -> Outcome | None:
    """Refuse what the account can never train or deploy, before anything is paid."""
    model = find_model(run.training.base_model)
    if model is None:
        return None
    found = check_account(Request(model, run.training.type, plan_deployment(model.id)))
    if not isinstance(found, Obstacle):
        return None
    hint = f"{found.hint} Then drop {run.dataset.blob} again."
    return Outcome.refuse(found.code, found.message, hint=hint)


def _quota(run: Run, line: Line) -> Outcome | None:
    model = find_model(run.training.base_model)
    if model is None or deployments().get(run.id):
        return None
    plan = plan_deployment(model.id)
    found = check_account(Request(model, run.training.type, plan))
    usage = found.usage if isinstance(found, SkuOffer) else ""
    quota = quota_for(plan.sku, model.name, usage)
    if quota is None:
        return None
    same = line.before(queue.QUOTA, lambda row: row.training.base_model == run.training.base_model)
    others = [row for row in same if not row.deployment.live_since]
    needed = plan.capacity
    if quota.left - needed * len(others) >= needed:
        return None
    message = (
        f"{quota.used:g} of {quota.limit:g} thousand tokens per minute of {quota.name} are in use"
        f"{_of_others(others)}; its deployment needs {needed}."
    )
    hint = (
        "Ask for more at https://aka.ms/oai/quotaincrease, lower DEPLOYMENT_CAPACITY, or delete a "
        "deployment that is not needed."
    )
    return Outcome.wait(queue.QUOTA, message, hint=hint)


def _needs_job(row: Run) -> bool:
    return not row.training.job_id and not row.training.tuned_model


def _of_others(others: list[Run]) -> str:
    """Who else takes of it, as a part of a sentence."""
    if not others:
        return ""
    return f", and {len(others)} {'run' if len(others) == 1 else 'runs'} before this one need some"


# What can never succeed asks nobody. Then money: a person needs time to answer, and room may be
# there by then. The base comes last, as asking it costs tokens.
_CHECKS: tuple[Check, ...] = (
    _offer,
    check_budget,
    _files,
    _jobs,
    _deployments,
    _quota,
    check_base,
)
