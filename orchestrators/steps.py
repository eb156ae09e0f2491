"""Walk through the steps of a journey, each an activity or a sub-orchestration."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

from azure.durable_functions import DurableOrchestrationContext

from orchestrators.notify import tell
from orchestrators.polling import Steps, Watch
from shared.runs.orchestration import Closing, Journey, Outcome, Result


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes:
        name: The activity, or the orchestrator where `nested` is set.
        limit: Name of the field of `Waits` that bounds it; None for no bound.
        nested: Whether it is a sub-orchestration.
        optional: Whether the run goes on when it is refused (a cancelled one never does).
    """

    name: str
    limit: str | None = None
    nested: bool = False
    optional: bool = False


def travel(
    context: DurableOrchestrationContext, steps: Sequence[Step], kind: str
) -> Generator[Any, Any, dict[str, Any] | None]:
    """Take a run through all steps; one that is refused closes it.

    Args:
        context: Of the orchestration.
        steps: In their order.
        kind: What its end is for receivers of notifications (`shared.notifications`).

    Returns:
        The `Outcome` that the run ended with, or None if it continues as new.
    """
    watch = Watch(context, Journey.from_dict(context.get_input()))
    outcome = yield from _to_the_end(context, watch, steps)
    if outcome is None:
        context.continue_as_new(watch.journey.to_dict())
        return None
    yield from tell(context, watch.journey.waits, watch.journey.ref, kind)
    context.set_custom_status({"waiting": ""})
    return outcome.to_dict()


def _to_the_end(context: DurableOrchestrationContext, watch: Watch, steps: Sequence[Step]) -> Steps:
    if watch.journey.ending is None:
        outcome = yield from walk(context, watch, steps)
        if outcome is None or outcome.result == Result.DONE:
            return outcome
        watch.end(outcome)
    ending = Outcome.from_dict(watch.journey.ending)
    closing = Closing(watch.journey.ref, ending.code, ending.message, ending.hint)
    # Never given up: a run that is not closed may still cost money, and nobody else closes it.
    closed = yield from watch.until("close_run", closing, failures=None)
    return closed and ending


def walk(
    context: DurableOrchestrationContext, watch: Watch, steps: Sequence[Step]
) -> Generator[Any, Any, Outcome | None]:
    """Take the steps that are left.

    Returns:
        Done after the last step, the outcome of the first step that was refused, or None if this
        generation is full.
    """
    while watch.journey.step < len(steps):
        step = steps[watch.journey.step]
        outcome = yield from _take(context, watch, step)
        if outcome is None:
            return None
        if outcome.result == Result.REFUSED and not (step.optional and outcome.code != "cancelled"):
            return outcome
        watch.next()
    return Outcome.done()


def _take(
    context: DurableOrchestrationContext, watch: Watch, step: Step
) -> Generator[Any, Any, Outcome | None]:
    journey = watch.journey
    if step.nested:
        return (yield from _nest(context, journey, step.name))
    limit = getattr(journey.waits, step.limit) if step.limit else None
    return (yield from watch.until(step.name, journey.ref, limit))


def _nest(
    context: DurableOrchestrationContext, journey: Journey, name: str
) -> Generator[Any, Any, Outcome]:
    child = Journey(ref=journey.ref, waits=journey.waits)
    try:
        # The child's id is known beforehand, so that a door can raise a hint for it.
        answer = yield context.call_sub_orchestrator(
            name, child.to_dict(), nested_id(name, journey.ref.run)
        )
    except Exception as error:  # noqa: BLE001  the SDK raises nothing more precise
        return Outcome.refused(f"{name}_failed", str(error).split(" \n ")[0][:300])
    return Outcome.from_dict(answer)


def nested_id(name: str, run: str) -> str:
    """The instance id of a run's sub-orchestration."""
    return f"{run}-{name}"
