"""The daily round: delete deployments that nobody uses (design §6)."""

from collections.abc import Generator
from typing import Any

from azure.durable_functions import DurableOrchestrationContext

from orchestrators.notify import tell
from orchestrators.polling import AGAIN, Watch
from shared.runs.orchestration import Journey, Outcome, Round, RunRef

LIMIT = 600.0  # seconds that one deletion may wait for others; what is left comes tomorrow


def retire(context: DurableOrchestrationContext) -> Generator[Any, Any, list[dict[str, Any]]]:
    """Look at every deployment that the registry created and delete the idle ones.

    The input is a `Journey` whose reference names no run. The output lists one outcome for each
    deployment that was looked at: refused means kept, with the reason. The round ends early when
    its history is full; the next day's round begins with the longest idle one again. At its end all
    of it is one line in the log.
    """
    journey = Journey.from_dict(context.get_input())
    watch = Watch(context, journey)
    found = yield context.call_activity_with_retry("find_retirable", AGAIN, journey.ref.to_dict())
    outcomes: list[Outcome] = []
    lines: list[tuple[str, str, str]] = []
    for ref in (RunRef.from_dict(one) for one in found):
        outcome = yield from watch.until("retire_deployment", ref, LIMIT)
        if outcome is None:
            break
        outcomes.append(outcome)
        lines.append((ref.run, outcome.code, outcome.message))
        yield from tell(context, journey.waits, ref, "judged")
        watch.next()
    told = Round(tuple(lines)).to_dict()
    yield context.call_activity_with_retry("log_retirement", AGAIN, told)
    return [outcome.to_dict() for outcome in outcomes]
