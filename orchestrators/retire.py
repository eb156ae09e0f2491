"""The daily check of deployments: delete those that nobody uses."""

from collections.abc import Generator
from typing import Any

from azure.durable_functions import DurableOrchestrationContext

from orchestrators.notify import start_notification
from orchestrators.polling import RETRY, Poller
from shared.runs.orchestration import OrchestrationState, Outcome, RetirementSummary, RunRef

DEADLINE = 600.0  # seconds that one deletion may wait for others; what is left comes tomorrow


def retire(context: DurableOrchestrationContext) -> Generator[Any, Any, list[dict[str, Any]]]:
    """Check every deployment that the registry created, and delete the idle ones.

    The input is an `OrchestrationState` whose reference names no run. The output lists one outcome
    for each deployment that was checked: refused means kept, with the reason. The check ends early
    when its history is full; the next day's begins with the longest idle one again. At its end one
    line in the log has all of it.
    """
    state = OrchestrationState.from_dict(context.get_input())
    poller = Poller(context, state)
    found = yield context.call_activity_with_retry("find_retirable", RETRY, state.ref.to_dict())
    outcomes: list[Outcome] = []
    lines: list[tuple[str, str, str]] = []
    for ref in (RunRef.from_dict(one) for one in found):
        outcome = yield from poller.poll_until_done("retire_deployment", ref, DEADLINE)
        if outcome is None:
            break
        outcomes.append(outcome)
        lines.append((ref.run, outcome.code, outcome.message))
        yield from start_notification(context, state.policy, ref, "retire")
        poller.next_step()
    summary = RetirementSummary(tuple(lines)).to_dict()
    yield context.call_activity_with_retry("log_retirement", RETRY, summary)
    return [outcome.to_dict() for outcome in outcomes]
