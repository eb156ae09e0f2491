"""Fine-tune a model: from a dropped dataset to a model that serves."""

from collections.abc import Generator
from typing import Any

from azure.durable_functions import DurableOrchestrationContext

from orchestrators.steps import DEPLOY, Step, run_to_end

STEPS = (
    Step("validate_dataset", deadline="upload"),
    Step("admit_run"),  # no deadline: a run never fails because the service is full
    Step("upload_files", deadline="upload"),
    Step("train_model", deadline="train"),
    DEPLOY,
    # A comparison that cannot be made must not cost a training that was paid for.
    Step("evaluate_models", deadline="evaluate", optional=True),
    Step("promote_version", deadline="evaluate"),
)


def fine_tune(context: DurableOrchestrationContext) -> Generator[Any, Any, dict[str, Any] | None]:
    """Bring one run to its end: serving, or closed with a reason.

    The input is an `OrchestrationState`; the output is the `Outcome` that the run ended with.
    """
    return (yield from run_to_end(context, STEPS, "fine_tune"))
