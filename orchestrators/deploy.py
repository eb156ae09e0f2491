"""Deploy a tuned model and wait until it answers; also the way back from `asleep`."""

from collections.abc import Generator
from typing import Any

from azure.durable_functions import DurableOrchestrationContext

from orchestrators.polling import Watch
from orchestrators.steps import Step, walk
from shared.runs.orchestration import Journey

STEPS = (
    Step("create_deployment", limit="deploy"),
    # Resource Manager's Succeeded is not "ready": the data plane may answer 404 for minutes.
    Step("check_ready", limit="deploy"),
)


def deploy(context: DurableOrchestrationContext) -> Generator[Any, Any, dict[str, Any] | None]:
    """Bring a run's tuned model to a deployment that answers.

    The input is a `Journey`; the output is the `Outcome`: done, or refused with the reason.
    """
    watch = Watch(context, Journey.from_dict(context.get_input()))
    outcome = yield from walk(context, watch, STEPS)
    if outcome is None:
        context.continue_as_new(watch.journey.to_dict())
        return None
    return outcome.to_dict()
