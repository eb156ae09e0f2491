"""Which deployment of its base model a tuned model is compared with; one is made if need be."""

from dataclasses import dataclass

from shared.admission.queue import is_full
from shared.billing.usage.own import record_own_chat
from shared.clients.completions import NOT_YET, probe
from shared.clients.deployments import FAILED_STATES, SUCCEEDED, DeploymentFacts, deployments
from shared.deployments.base import base_name, deploy_base, find_base, refusal_reason
from shared.errors import ServiceError
from shared.models import has_dated_chat
from shared.registry import Run
from shared.runs.orchestration import Outcome


@dataclass(frozen=True)
class Base:
    """The deployment to compare with; without a name there is none, for that reason."""

    name: str = ""
    reason: str = ""


def prepare_base(run: Run) -> Base | Outcome:
    """The deployment to compare with, or a wait while one is made.

    Raises:
        ServiceError: if the service cannot be asked now, and waiting helps.
    """
    base_model = run.training.base_model
    found = find_base(base_model)
    if found:
        return Base(found)
    reason = refusal_reason(base_model)
    if reason:
        return Base(reason=reason)
    try:
        facts = deployments().get(base_name(run)) or deploy_base(run)
        return _check(facts, base_model) if facts else Outcome.done("It is compared already.")
    except ServiceError as error:
        # A version that is trained does not wait for quota that only its comparison needs.
        if error.denied or (error.retryable and not is_full(error.code)):
            raise
        return Base(reason=f"{base_model} could not be deployed for the comparison: {error}")


def _check(facts: DeploymentFacts, base_model: str) -> Base | Outcome:
    if facts.state in FAILED_STATES:
        reason = facts.error or "the service gave no reason"
        return Base(reason=f"Deployment {facts.name} ended as {facts.state}: {reason}.")
    if facts.state != SUCCEEDED:
        return Outcome.wait("deploying_base", f"Deployment {facts.name} is {facts.state}.")
    try:
        answer = probe(facts.name, dated=has_dated_chat(base_model))
    except ServiceError as error:
        if error.code not in NOT_YET:
            raise
        message = f"Deployment {facts.name} does not answer yet: {error.message}"
        return Outcome.wait(error.code, message, retry_after=error.retry_after)
    if answer:
        record_own_chat(answer, base_model)
    return Base(facts.name)
