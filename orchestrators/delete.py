"""Delete a model, however long its runs take to stop and its deployments to go."""

from collections.abc import Generator
from typing import Any

from azure.durable_functions import DurableOrchestrationContext

from orchestrators.polling import Watch
from shared.runs.orchestration import Journey


def delete(context: DurableOrchestrationContext) -> Generator[Any, Any, dict[str, Any] | None]:
    """Look until nothing is left. The input is a `Journey` whose reference names the model."""
    watch = Watch(context, Journey.from_dict(context.get_input()))
    # Never given up: what is not deleted may still cost money, and nobody else deletes it.
    outcome = yield from watch.until("delete_resources", watch.journey.ref, failures=None)
    if outcome is None:
        context.continue_as_new(watch.journey.to_dict())
        return None
    context.set_custom_status({"waiting": ""})
    return outcome.to_dict()
