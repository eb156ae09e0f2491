"""Delete a model, however long its runs take to stop and its deployments to go."""

from collections.abc import Generator
from typing import Any

from azure.durable_functions import DurableOrchestrationContext

from orchestrators.polling import Poller
from shared.runs.orchestration import OrchestrationState


def delete(context: DurableOrchestrationContext) -> Generator[Any, Any, dict[str, Any] | None]:
    """Poll until nothing is left. The input's reference names the model only."""
    poller = Poller(context, OrchestrationState.from_dict(context.get_input()))
    # Without end: what is not deleted may still cost money, and nobody else deletes it.
    outcome = yield from poller.poll_until_done(
        "delete_resources", poller.state.ref, max_failures=None
    )
    if outcome is None:
        context.continue_as_new(poller.state.to_dict())
        return None
    context.set_custom_status({"waiting": ""})
    return outcome.to_dict()
