"""Deploy a tuned model and wait until it answers; part of `fine_tune` and of `wake`."""

from collections.abc import Generator
from typing import Any

from azure.durable_functions import DurableOrchestrationContext

from orchestrators.polling import Poller
from orchestrators.steps import Step, run_steps
from shared.runs.orchestration import OrchestrationState

STEPS = (
    Step("create_deployment", deadline="deploy"),
    # Resource Manager's Succeeded is not "ready": the data plane may answer 404 for minutes.
    Step("check_ready", deadline="deploy"),
)


def deploy(context: DurableOrchestrationContext) -> Generator[Any, Any, dict[str, Any] | None]:
    """Bring a run's tuned model to a deployment that answers.

    The input is an `OrchestrationState`; the output is the `Outcome`: done, or refused with the
    reason.
    """
    poller = Poller(context, OrchestrationState.from_dict(context.get_input()))
    outcome = yield from run_steps(context, poller, STEPS)
    if outcome is None:
        context.continue_as_new(poller.state.to_dict())
        return None
    return outcome.to_dict()
