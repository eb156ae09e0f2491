"""Wait until a deployment answers: Resource Manager's Succeeded comes minutes before that."""

from datetime import timedelta

from activities._runner import step
from activities.create_deployment import deploy
from shared import clock
from shared.billing.usage.own import record_own_chat
from shared.clients.completions import NOT_YET, probe
from shared.errors import ServiceError
from shared.models import has_dated_chat
from shared.registry import Run, registry
from shared.registry.state import Phase
from shared.runs.orchestration import Outcome, Result

#: A data plane that knows nothing of a deployment for this long never will, until it is created
#: again (github.com/microsoft/azure-skills, fine-tuning deployment).
STUCK_AFTER = timedelta(minutes=30)


@step(Phase.DEPLOYING)
def check_ready(run: Run) -> Outcome:
    """Done when a chat is answered, or refused in a way that proves the deployment.

    A deployment that stays unknown to the data plane is deleted and created again, once.
    """
    if run.deployment.retiring or not run.deployment.name:
        created = deploy(run)
        if created.result != Result.DONE:
            return created
        run = registry().get(run.id)
    try:
        answer = probe(run.deployment.name, dated=has_dated_chat(run.training.base_model))
    except ServiceError as error:
        if error.code not in NOT_YET:
            raise
        return _wait(run, error)
    if answer:
        record_own_chat(answer)
    return _mark_ready(run)


def _mark_ready(run: Run) -> Outcome:
    if run.deployment.unready_since is not None or run.deployment.recreated is not None:
        registry().change(
            run.id, lambda row: row.with_deployment(unready_since=None, recreated=None)
        )
    return Outcome.done()


def _wait(run: Run, error: ServiceError) -> Outcome:
    name, now = run.deployment.name, clock.now()
    row = registry().change(run.id, _mark_unready)
    since = row.deployment.unready_since or now
    if now - since >= STUCK_AFTER and row.deployment.recreated is None:
        registry().change(run.id, _mark_stuck)
        message = f"Deployment {name} did not answer for {STUCK_AFTER}; it is created again."
        return Outcome.wait("deployment_stuck", message)
    message = f"Deployment {name} does not answer yet: {error.message}"
    return Outcome.wait(error.code, message, retry_after=error.retry_after)


def _mark_unready(row: Run) -> Run:
    if row.deployment.unready_since is not None:
        return row
    return row.with_deployment(unready_since=clock.now())


def _mark_stuck(row: Run) -> Run:
    if row.deployment.recreated is not None:
        return row
    now = clock.now()
    noted = row.add_note(now, f"created again: no answer for {STUCK_AFTER} after Succeeded")
    return noted.with_deployment(
        retiring=True, retire_claimed=now, recreated=now, unready_since=None
    )
