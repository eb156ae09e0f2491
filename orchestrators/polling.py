"""Ask an activity until its effect is there: the one way every orchestrator waits.

Three rules of Durable Functions shape this module (docs: "Durable timers", "External events"):

* A wait is "timer or event". Events are only hints to look sooner, and each wait listens for a name
  of its own: an event that came before its wait would satisfy every later wait of that name
  (azure-functions-durable-python#507). The custom status tells the doors which name to raise.
* The losing timer is cancelled before the next yield, or the instance stays Running until it fires.
* After a bounded number of looks the orchestration continues as new, so that history and the cost
  of its replay stay flat over a job of weeks.
"""

from collections.abc import Generator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from azure.durable_functions import DurableOrchestrationContext, RetryOptions

from shared.payload import Payload
from shared.runs.orchestration import Journey, Outcome, Result

GROWTH = 1.5  # of the wait between two looks
SHARE = 0.02  # of the time that a step has taken: how late its end may be seen
HOUR = 3600.0
FAILURES = 5  # activity calls in a row that may raise, before the run fails
EARLY = 1.0  # seconds that a timer of Azure Storage may fire before its time
#: For an activity that is no step, and so has no outcome that says wait: storage may be away.
AGAIN = RetryOptions(first_retry_interval_in_milliseconds=60_000, max_number_of_attempts=FAILURES)

Steps = Generator[Any, Any, Outcome | None]


class Watch:
    """The waits of one generation of an orchestration.

    Attributes:
        journey: Where the orchestration stands; what continues as new.
    """

    def __init__(self, context: DurableOrchestrationContext, journey: Journey) -> None:
        self.journey = journey
        self._context = context
        self._calls = 0

    def until(
        self,
        activity: str,
        payload: Payload,
        limit: float | None = None,
        *,
        failures: int | None = FAILURES,
    ) -> Steps:
        """Call `activity` until it is done or refuses.

        Args:
            activity: Name of the activity; it returns an `Outcome`.
            payload: Its input.
            limit: Seconds that this step may take, counted over all generations, but for those in
                which the service was full; None for ever.
            failures: How often in a row the activity may raise; None for ever.

        Returns:
            The outcome, never one that says wait; or None if this generation is full, and the
            orchestrator must continue as new with `journey`.
        """
        self._begin()
        while self._calls < self.journey.waits.polls:
            outcome = yield from self._ask(activity, payload, failures)
            if outcome.result != Result.WAIT:
                return outcome
            counted = self._counted(outcome)
            if limit is not None and counted >= limit - EARLY:
                return _late(activity, limit, outcome)
            left = None if limit is None or outcome.held else limit - counted
            yield from self._pause(outcome, left)
        return None

    def next(self) -> None:
        """Go on to the next step."""
        step = self.journey.step + 1
        self.journey = replace(self.journey, step=step, since="", held=0.0, looks=0, failures=0)

    def end(self, outcome: Outcome) -> None:
        """Remember why the run ends; closing it is a step with waits of its own."""
        ending = outcome.to_dict()
        self.journey = replace(self.journey, ending=ending, since="", held=0.0, looks=0, failures=0)

    def _begin(self) -> None:
        if not self.journey.since:
            now = self._context.current_utc_datetime
            self.journey = replace(self.journey, since=now.isoformat())

    def _spent(self) -> float:
        began = datetime.fromisoformat(self.journey.since)
        return float((self._context.current_utc_datetime - began).total_seconds())

    def _counted(self, outcome: Outcome) -> float:
        """Seconds that this step has taken, without those in which the service was full."""
        if outcome.held:
            self.journey = replace(self.journey, held=self._spent())
        return self._spent() - self.journey.held

    def _ask(
        self, activity: str, payload: Payload, most: int | None
    ) -> Generator[Any, Any, Outcome]:
        self._calls += 1
        self.journey = replace(self.journey, looks=self.journey.looks + 1)
        try:
            answer = yield self._context.call_activity(activity, payload.to_dict())
        except Exception as error:  # noqa: BLE001  the SDK raises nothing more precise
            return self._failed(activity, str(error), most)
        self.journey = replace(self.journey, failures=0)
        return Outcome.from_dict(answer)

    def _failed(self, activity: str, text: str, most: int | None) -> Outcome:
        failures = self.journey.failures + 1
        self.journey = replace(self.journey, failures=failures)
        message = f"{activity} failed {failures} times in a row: {_reason(text)}"
        if most is None or failures < most:
            return Outcome.wait("activity_failed", message)
        hint = "The function app's log has the details; drop the dataset again to try once more."
        return Outcome.refused("activity_failed", message, hint=hint)

    def _pause(self, outcome: Outcome, left: float | None) -> Generator[Any, Any, None]:
        delay = self._delay(outcome, left)
        name = f"hint-{self.journey.hint}"
        self.journey = replace(self.journey, hint=self.journey.hint + 1)
        until = self._context.current_utc_datetime + timedelta(seconds=delay)
        self._context.set_custom_status(_status(outcome, name, until))
        timer = self._context.create_timer(until)
        event = self._context.wait_for_external_event(name)
        winner = yield self._context.task_any([timer, event])
        if winner == event:
            timer.cancel()

    def _delay(self, outcome: Outcome, left: float | None) -> float:
        waits = self.journey.waits
        # What took days may be seen some minutes late: a look never comes sooner than this share.
        longest = max(waits.longest, min(self._spent() * SHARE, HOUR))
        # The exponent is bounded because a float overflows after some thousand looks.
        grown = min(waits.first * GROWTH ** min(self.journey.looks - 1, 64), longest)
        delay = max(grown, outcome.after or 0.0)
        return delay if left is None else min(delay, left)


def _status(outcome: Outcome, hint: str, until: datetime) -> dict[str, object]:
    return {
        "waiting": outcome.told,
        "code": outcome.code,
        "next_look": f"{until.isoformat(timespec='seconds')}Z".replace("+00:00Z", "Z"),
        "hint": hint,
    }


def _late(activity: str, limit: float, last: Outcome) -> Outcome:
    spent = timedelta(seconds=limit)
    message = f"{activity} was not done within {spent}. It last waited for this: {last.message}"
    return Outcome.refused("deadline", message, hint=last.hint)


def _reason(text: str) -> str:
    """The first line of a failure; behind it follows the host's whole exception as JSON."""
    return text.split(" \n ")[0].strip()[:300]
