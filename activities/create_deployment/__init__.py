"""Create the deployment of a run's tuned model; its name is the run's id."""

import logging
from http import HTTPStatus

from activities._deployment_deletion import finish_deletion
from activities._runner import step
from activities.create_deployment.eviction import make_room, record_gone_deployments
from shared import clock
from shared.admission import queue
from shared.admission.approval import check_wake_budget
from shared.clients import models
from shared.clients.deployments import (
    FAILED_STATES,
    SUCCEEDED,
    DeploymentFacts,
    deployments,
)
from shared.deployments.plan import DeploymentPlan, plan_deployment
from shared.errors import ServiceError
from shared.registry import Run, registry
from shared.registry.state import MODEL_GONE, Phase
from shared.runs.orchestration import Outcome, Result
from shared.settings import settings

log = logging.getLogger("tunedrop.activities")

LIMIT_REACHED = "DeploymentLimitReached"
#: Also said of a model that is there but may not be deployed so.
UNKNOWN_MODEL = "DeploymentModelNotSupported"


@step(Phase.DEPLOYING)
def create_deployment(run: Run) -> Outcome:
    """Done when Resource Manager says Succeeded; the data plane may still need minutes."""
    return deploy(run)


def deploy(run: Run) -> Outcome:
    """Bring a run's deployment to Succeeded; one that is being deleted goes first."""
    if run.deployment.retiring:
        going = _wait_for_other_deletion(run) or finish_deletion(run.id)
        if going:
            return going
    facts = deployments().get(run.id) or _put(run)
    return facts if isinstance(facts, Outcome) else _state(run, facts)


def _wait_for_other_deletion(run: Run) -> Outcome | None:
    """Let who began the deletion end it: a call that is still on its way would hit the new one."""
    claim = run.deployment.retire_claimed
    if claim is None or clock.now() - claim >= settings().claim_age:
        return None
    return Outcome.wait("deleting", f"Deployment {run.deployment.name} is being deleted first.")


def _put(run: Run) -> DeploymentFacts | Outcome:
    held_up = _wait_for_approval(run) or _wait_for_earlier_runs(run)
    if held_up:
        return held_up
    # The name goes into the registry first: a deployment that costs money is never unknown to it.
    registry().change(run.id, _set_name)
    try:
        return _begin(run)
    except ServiceError as error:
        if queue.is_full(error.code):
            return _full(run, error)
        if error.code == UNKNOWN_MODEL and not models.exists(run.training.tuned_model):
            return _refuse_missing_model(run)
        raise


def _begin(run: Run) -> DeploymentFacts:
    """Begin to create it, in the first format that the service does not answer with 500.

    To another maker's format it says nothing else, and sources disagree on some models.
    """
    plan = plan_deployment(run.training.base_model)
    for model_format in plan.formats[:-1]:
        try:
            return _request(run, plan, model_format)
        except ServiceError as error:
            if error.status != HTTPStatus.INTERNAL_SERVER_ERROR:
                raise
            log.warning("%s: format %s: %s", run.id, model_format, error)
    return _request(run, plan, plan.formats[-1])


def _request(run: Run, plan: DeploymentPlan, model_format: str) -> DeploymentFacts:
    return deployments().put(
        run.id,
        model=run.served_model,
        sku=plan.sku,
        capacity=plan.capacity,
        content_filter=settings().content_filter,
        model_format=model_format,
    )


def _wait_for_approval(run: Run) -> Outcome | None:
    """A waking above the month's budget waits for a person; a run was let in with its hosting."""
    found = check_wake_budget(run)
    if found is not None and found.result == Result.WAIT:
        registry().change(run.id, lambda row: queue.mark_waiting(row, found.code, clock.now()))
    return found


def _wait_for_earlier_runs(run: Run) -> Outcome | None:
    """Wait for those that found the service full before: what becomes free is theirs."""
    line = queue.line(run)
    for code in (queue.DEPLOYMENTS, queue.QUOTA):
        others = line.waiting_longer(code)
        if others:
            message = f"{others[0].id} waits for a deployment longer than this run."
            return _wait_for_room(run, code, message)
    return None


def _full(run: Run, error: ServiceError) -> Outcome:
    if error.code != LIMIT_REACHED:
        return _wait_for_room(run, queue.QUOTA, error.message, error.hint, error.retry_after)
    message = f"{error.message}{make_room(run)}"
    return _wait_for_room(run, queue.DEPLOYMENTS, message, error.hint, error.retry_after)


def _wait_for_room(
    run: Run, code: str, message: str, hint: str = "", after: float | None = None
) -> Outcome:
    registry().change(run.id, lambda row: queue.mark_waiting(row, code, clock.now()))
    return Outcome.wait(code, message, hint=hint, retry_after=after, unbounded=True)


def _refuse_missing_model(run: Run) -> Outcome:
    tuned = run.training.tuned_model
    message = f"The service has no model {tuned} any more; nothing can be deployed."
    hint = f"Drop {run.dataset.blob} again to train it once more."
    return Outcome.refuse(MODEL_GONE, message, hint=hint)


def _set_name(row: Run) -> Run:
    if row.deployment.name == row.id:
        return row
    return row.with_deployment(name=row.id, created=clock.now(), retiring=False, last_used=None)


def _set_live(row: Run, facts: DeploymentFacts) -> Run:
    """The row with the time from which the service charges; it says so itself."""
    created = facts.created_at or row.deployment.live_since or clock.now()
    if (row.deployment.live_since, row.deployment.sku) == (created, facts.sku):
        return row
    # The request may be weeks old where the service was full, and nobody could use it meanwhile.
    row = row.with_deployment(live_since=created, sku=facts.sku, created=created)
    return row.with_admission(waits_for="", waits_since=None)


def _state(run: Run, facts: DeploymentFacts) -> Outcome:
    if facts.model != run.served_model:
        message = f"Deployment {facts.name} serves {facts.model}, not {run.served_model}."
        hint = "tunedrop did not make it and leaves it alone; delete it or rename the dataset."
        return Outcome.refuse("deployment_foreign", message, hint=hint)
    if facts.state == SUCCEEDED:
        # Adopts one whose intent was lost with its row, too.
        registry().change(run.id, lambda row: _set_live(_set_name(row), facts))
        record_gone_deployments()
        return Outcome.done()
    if facts.state in FAILED_STATES:
        reason = facts.error or "the service gave no reason"
        return Outcome.refuse(
            "deployment_failed", f"The deployment ended as {facts.state}: {reason}"
        )
    return Outcome.wait("deploying", f"Deployment {facts.name} is {facts.state}.")
