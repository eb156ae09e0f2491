"""The journey of a dataset, from the dropped bytes to a model that serves (design §3)."""

from collections.abc import Generator
from typing import Any

from azure.durable_functions import DurableOrchestrationContext

from orchestrators.steps import Step, travel

STEPS = (
    Step("validate_dataset", limit="upload"),
    Step("admit_run"),  # no limit: a run never fails because the service is full
    Step("upload_files", limit="upload"),
    Step("train_model", limit="train"),
    Step("deploy", nested=True),
    # A comparison that cannot be made must not cost a training that was paid for.
    Step("evaluate_models", limit="evaluate", optional=True),
    Step("promote_version", limit="evaluate"),
)


def fine_tune(context: DurableOrchestrationContext) -> Generator[Any, Any, dict[str, Any] | None]:
    """Bring one run to its end: serving, or closed with a reason.

    The input is a `Journey`; the output is the `Outcome` that the run ended with.
    """
    return (yield from travel(context, STEPS, "trained"))
