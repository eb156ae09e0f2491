"""Run the steps of an orchestration, each an activity or a sub-orchestration."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from azure.durable_functions import DurableOrchestrationContext

from orchestrators.client import deploy_instance
from orchestrators.notify import start_notification
from orchestrators.polling import Poller, Polling, failure_reason
from shared.notifications.events import Source
from shared.runs.orchestration import CloseReason, OrchestrationState, Outcome, PollPolicy, Result


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes:
        name: The activity.
        deadline: Which deadline of the `PollPolicy` bounds it; None for no bound.
        optional: Whether the run goes on when it is refused (a cancelled one never does).
    """

    name: str
    deadline: Literal["upload", "train", "deploy", "evaluate"] | None = None
    optional: bool = False

    def seconds(self, policy: PollPolicy) -> float | None:
        """The deadline in seconds; None for no bound."""
        return float(getattr(policy, f"{self.deadline}_deadline")) if self.deadline else None


#: The step that is the sub-orchestration `deploy`.
DEPLOY = Step("deploy")


def run_to_end(
    context: DurableOrchestrationContext, steps: Sequence[Step], source: Source
) -> Generator[Any, Any, dict[str, Any] | None]:
    """Run all steps for a run; one that is refused closes it. Then notify.

    Args:
        context: Of the orchestration; its input is an `OrchestrationState`.
        steps: In their order.
        source: The orchestrator, for the notification.

    Returns:
        The `Outcome` that the run ended with, or None if it continues as new.
    """
    poller = Poller(context, OrchestrationState.from_dict(context.get_input()))
    outcome = yield from _run_and_close(context, poller, steps)
    if outcome is None:
        context.continue_as_new(poller.state.to_dict())
        return None
    yield from start_notification(context, poller.state.policy, poller.state.ref, source)
    context.set_custom_status({"waiting": ""})
    return outcome.to_dict()


def _run_and_close(
    context: DurableOrchestrationContext, poller: Poller, steps: Sequence[Step]
) -> Polling:
    if poller.state.closing is None:
        outcome = yield from run_steps(context, poller, steps)
        if outcome is None or outcome.result == Result.DONE:
            return outcome
        poller.close(outcome)
    closing = Outcome.from_dict(poller.state.closing)
    reason = CloseReason(poller.state.ref, closing.code, closing.message, closing.hint)
    # Without end: a run that is not closed may still cost money, and nobody else closes it.
    closed = yield from poller.poll_until_done("close_run", reason, max_failures=None)
    return closed and closing


def run_steps(
    context: DurableOrchestrationContext, poller: Poller, steps: Sequence[Step]
) -> Polling:
    """Run the steps that are left.

    Returns:
        Done after the last step, the outcome of the first step that was refused, or None if this
        generation is full.
    """
    while poller.state.step < len(steps):
        step = steps[poller.state.step]
        outcome = yield from _run_step(context, poller, step)
        if outcome is None:
            return None
        if outcome.result == Result.REFUSED and not (step.optional and outcome.code != "cancelled"):
            return outcome
        poller.next_step()
    return Outcome.done()


def _run_step(context: DurableOrchestrationContext, poller: Poller, step: Step) -> Polling:
    if step == DEPLOY:
        return (yield from _run_deploy(context, poller.state))
    deadline = step.seconds(poller.state.policy)
    return (yield from poller.poll_until_done(step.name, poller.state.ref, deadline))


def _run_deploy(
    context: DurableOrchestrationContext, state: OrchestrationState
) -> Generator[Any, Any, Outcome]:
    child = OrchestrationState(ref=state.ref, policy=state.policy)
    try:
        # Its id is known beforehand, so that a client can signal it.
        answer = yield context.call_sub_orchestrator(
            DEPLOY.name, child.to_dict(), deploy_instance(state.ref.run)
        )
    except Exception as error:  # noqa: BLE001  the SDK raises nothing more precise
        return Outcome.refuse(f"{DEPLOY.name}_failed", failure_reason(error))
    return Outcome.from_dict(answer)
