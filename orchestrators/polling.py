"""Poll an activity until its effect is there: the one way every orchestrator waits.

Three rules of Durable Functions shape this module (docs: "Durable timers", "External events"):

* A wait is "timer or event". Events only make the next poll come sooner, and each wait listens for
  an event name of its own: an event that came before its wait would satisfy every later wait of
  that name (azure-functions-durable-python#507). The custom status says which name to raise.
* The losing timer is cancelled before the next yield, or the instance stays Running until it fires.
* After a bounded number of polls the orchestration continues as new, so that history and the cost
  of its replay stay flat over a job of weeks.
"""

from collections.abc import Generator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from azure.durable_functions import DurableOrchestrationContext, RetryOptions

from shared.payload import Payload
from shared.runs.orchestration import OrchestrationState, Outcome, Result

GROWTH = 1.5  # of the delay between two polls
SHARE = 0.02  # of the time that a step has taken: how late its end may be seen
HOUR = 3600.0
MAX_FAILURES = 5  # activity calls in a row that may raise, before the run fails
EARLY = 1.0  # seconds that a timer of Azure Storage may fire before its time
#: For an activity that returns no `Outcome`, and so cannot say wait: storage may be unavailable.
RETRY = RetryOptions(
    first_retry_interval_in_milliseconds=60_000, max_number_of_attempts=MAX_FAILURES
)

Polling = Generator[Any, Any, Outcome | None]


class Poller:
    """Polls activities in one generation of an orchestration.

    Attributes:
        state: What the orchestration continues as new with.
    """

    def __init__(self, context: DurableOrchestrationContext, state: OrchestrationState) -> None:
        self.state = state
        self._context = context
        self._calls = 0

    def poll_until_done(
        self,
        activity: str,
        payload: Payload,
        deadline: float | None = None,
        *,
        max_failures: int | None = MAX_FAILURES,
    ) -> Polling:
        """Call `activity` until it is done or refuses.

        Args:
            activity: Name of the activity; it returns an `Outcome`.
            payload: Its input.
            deadline: Seconds that this step may take, counted over all generations, but for
                `unbounded` waits; None for no deadline.
            max_failures: How often in a row the activity may raise; None for any number.

        Returns:
            The outcome, never one that says wait; or None if this generation is full, and the
            orchestrator must continue as new with `state`.
        """
        self._start_step()
        while self._calls < self.state.policy.polls_per_generation:
            outcome = yield from self._call(activity, payload, max_failures)
            if outcome.result != Result.WAIT:
                # What this step waited for is no reason of the next one.
                self._context.set_custom_status({"waiting": ""})
                return outcome
            counted = self._count_seconds(outcome)
            if deadline is not None and counted >= deadline - EARLY:
                return _deadline_outcome(activity, deadline, outcome)
            left = None if deadline is None or outcome.unbounded else deadline - counted
            yield from self._pause(outcome, left)
        return None

    def next_step(self) -> None:
        """Go on to the next step."""
        self._reset(step=self.state.step + 1)

    def close(self, outcome: Outcome) -> None:
        """Keep why the run ends; closing it is a step with delays of its own."""
        self._reset(closing=outcome.to_dict())

    def _reset(self, **changes: Any) -> None:
        self.state = replace(
            self.state, step_started="", unbounded_seconds=0.0, polls=0, failures=0, **changes
        )

    def _start_step(self) -> None:
        if not self.state.step_started:
            now = self._context.current_utc_datetime
            self.state = replace(self.state, step_started=now.isoformat())

    def _elapsed_seconds(self) -> float:
        started = datetime.fromisoformat(self.state.step_started)
        return float((self._context.current_utc_datetime - started).total_seconds())

    def _count_seconds(self, outcome: Outcome) -> float:
        """Seconds of this step that count against its deadline."""
        if outcome.unbounded:
            self.state = replace(self.state, unbounded_seconds=self._elapsed_seconds())
        return self._elapsed_seconds() - self.state.unbounded_seconds

    def _call(
        self, activity: str, payload: Payload, max_failures: int | None
    ) -> Generator[Any, Any, Outcome]:
        self._calls += 1
        self.state = replace(self.state, polls=self.state.polls + 1)
        try:
            answer = yield self._context.call_activity(activity, payload.to_dict())
        except Exception as error:  # noqa: BLE001  the SDK raises nothing more precise
            return self._count_failure(activity, error, max_failures)
        self.state = replace(self.state, failures=0)
        return Outcome.from_dict(answer)

    def _count_failure(self, activity: str, error: Exception, max_failures: int | None) -> Outcome:
        failures = self.state.failures + 1
        self.state = replace(self.state, failures=failures)
        message = f"{activity} failed {failures} times in a row: {failure_reason(error)}"
        if max_failures is None or failures < max_failures:
            return Outcome.wait("activity_failed", message)
        hint = "The function app's log has the details; drop the dataset again to try once more."
        return Outcome.refuse("activity_failed", message, hint=hint)

    def _pause(self, outcome: Outcome, left: float | None) -> Generator[Any, Any, None]:
        next_poll = self._context.current_utc_datetime + timedelta(
            seconds=self._delay(outcome, left)
        )
        name = f"poll-now-{self.state.next_event}"
        self.state = replace(self.state, next_event=self.state.next_event + 1)
        self._context.set_custom_status(_custom_status(outcome, name, next_poll))
        timer = self._context.create_timer(next_poll)
        event = self._context.wait_for_external_event(name)
        winner = yield self._context.task_any([timer, event])
        if winner == event:
            timer.cancel()

    def _delay(self, outcome: Outcome, left: float | None) -> float:
        policy = self.state.policy
        # What took days may be seen some minutes late: polls are never closer than this share.
        longest = max(policy.max_delay, min(self._elapsed_seconds() * SHARE, HOUR))
        # The exponent is bounded because a float overflows after some thousand polls.
        growth = GROWTH ** min(self.state.polls - 1, 64)
        delay = max(min(policy.first_delay * growth, longest), outcome.retry_after or 0.0)
        return delay if left is None else min(delay, left)


def failure_reason(error: Exception) -> str:
    """The first line of a failure; behind it follows the host's whole exception as JSON."""
    return str(error).split(" \n ")[0].strip()[:300]


def _custom_status(outcome: Outcome, event: str, next_poll: datetime) -> dict[str, object]:
    return {
        "waiting": outcome.text,
        "code": outcome.code,
        "next_poll": f"{next_poll.isoformat(timespec='seconds')}Z".replace("+00:00Z", "Z"),
        "event": event,
    }


def _deadline_outcome(activity: str, deadline: float, last: Outcome) -> Outcome:
    limit = timedelta(seconds=deadline)
    message = f"{activity} was not done within {limit}. It last waited for this: {last.message}"
    return Outcome.refuse("deadline", message, hint=last.hint)
