"""How an orchestrator calls activities, and how its platform calls them more often than that."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from shared.payload import Payload
from shared.runs.orchestration import Outcome, Result

Activity = Callable[[object], dict[str, Any]]
LOOKS = 30


def call(activity: Activity, payload: Payload) -> Outcome:
    """Call an activity once."""
    return Outcome.from_dict(activity(payload.to_dict()))


def at_once(activity: Activity, payload: Payload, times: int = 4) -> list[Outcome]:
    """Call an activity several times at the same time, as a duplicate delivery does."""
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(lambda _: call(activity, payload), range(times)))


def settle(activity: Activity, payload: Payload) -> Outcome:
    """Call an activity until it no longer waits."""
    for _ in range(LOOKS):
        outcome = call(activity, payload)
        if outcome.result != Result.WAIT:
            return outcome
    raise AssertionError(f"it still waits after {LOOKS} looks: {outcome}")
