"""The journey of a dataset, from the dropped bytes to a model that serves (design §3)."""

from collections.abc import Generator
from typing import Any

from azure.durable_functions import DurableOrchestrationContext

from orchestrators.walk import Step, walk
from orchestrators.watch import Steps, Watch
from shared.pipeline import Closing, Journey, Outcome, Result

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
    watch = Watch(context, Journey.from_dict(context.get_input()))
    outcome = yield from _travel(context, watch)
    if outcome is None:
        context.continue_as_new(watch.journey.to_dict())
        return None
    context.set_custom_status({"waiting": ""})
    return outcome.to_dict()


def _travel(context: DurableOrchestrationContext, watch: Watch) -> Steps:
    if watch.journey.ending is None:
        outcome = yield from walk(context, watch, STEPS)
        if outcome is None or outcome.result == Result.DONE:
            return outcome
        watch.end(outcome)
    ending = Outcome.from_dict(watch.journey.ending)
    closing = Closing(watch.journey.ref, ending.code, ending.message, ending.hint)
    # Never given up: a run that is not closed may still cost money, and nobody else closes it.
    closed = yield from watch.until("close_run", closing, failures=None)
    return closed and ending
