"""Replays a history against what the SDK asks for, and finds what is new in it.

The SDK answers each episode with all actions since the start, without ids. Like the extension, this
awaits them one after another while it goes through the history event by event, so that both sides
count alike; retries live here, the SDK only mirrors them. What is asked for and not yet in the
history is to be scheduled; what is in the history and was not asked for is a change of code.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from local.host.durable import failures
from local.host.durable.actions import Action, ActionKind, Answer
from local.host.durable.events import Event, Kind
from local.host.durable.promise import Promise, all_of, any_of
from local.host.durable.stamps import later, tidy

_PRODUCED = {
    Kind.TaskScheduled: "ScheduleTaskOrchestratorAction",
    Kind.TimerCreated: "CreateTimerOrchestratorAction",
    Kind.SubOrchestrationInstanceCreated: "CreateSubOrchestrationAction",
}


class ChangedCode(Exception):  # noqa: N818 - a finding about the app, not a fault of the host
    """The code does not fit its history; the text is the output."""


class Unavailable(Exception):  # noqa: N818 - a finding about the app, not a fault of the host
    """The code asks for what cannot be had."""


@dataclass(slots=True)
class Scheduled:
    """Something with an id: an activity, a sub-orchestration or a timer."""

    kind: Kind
    number: int
    name: str = ""
    input: str | None = None
    instance: str | None = None
    fire_at: str = ""
    promise: Promise = field(default_factory=Promise)


@dataclass(slots=True)
class Outcome:
    """What the replay came to.

    `status` is Running, Suspended, Completed, Failed, Terminated or ContinuedAsNew. `result` is the
    text of a failure or a reason, or JSON text of an output or of the next generation's input.
    """

    status: str = "Running"
    result: str | None = None
    details: str | None = None
    """What a parent sees of a failure beside `result`."""
    scheduled: list[Scheduled] = field(default_factory=list)
    carried: list[Event] = field(default_factory=list)
    next_number: int = 0


class Replay:
    """One pass over a history.

    Args:
        name: The orchestrator, for texts of failures.
        answer: The SDK's answer to exactly this history.
        check: Called with each function that is asked for; returns why it cannot be had, or None.
    """

    def __init__(
        self, name: str, answer: Answer, check: Callable[[Action], str | None] = lambda _: None
    ) -> None:
        self._name = name
        self._answer = answer
        self._check = check
        self._position = 0
        self._number = 0
        self._now = ""
        self._new: dict[int, Scheduled] = {}
        self._open: dict[int, Scheduled] = {}
        self._waits: dict[str, deque[Promise]] = {}
        self._early: dict[str, int] = {}
        self._suspended = False
        self._held: deque[Event] = deque()
        self._withheld: dict[int, Scheduled] = {}
        self._next_input: Action | None = None
        self._carried: list[Event] = []
        self._finished = False
        self._terminated: Event | None = None

    def run(self, history: Iterable[Event]) -> Outcome:
        """Go through `history` and say what is new and how the instance stands."""
        try:
            for event in history:
                self._process(event)
        except ChangedCode as change:
            return self._outcome("Failed", str(change), failures.sub_unhandled(str(change)))
        except Unavailable as refusal:
            return self._failed(str(refusal))
        if self._terminated is not None:
            return self._outcome("Terminated", self._terminated["Input"])
        if self._finished and not self._open:
            return self._ended()
        return self._outcome("Suspended" if self._suspended else "Running", None)

    def _ended(self) -> Outcome:
        answer = self._answer
        raised = answer.error if answer.fault is None else answer.fault
        if raised is not None:
            return self._failed(raised)
        if self._next_input is not None:
            return self._outcome("ContinuedAsNew", self._next_input.input)
        return self._outcome("Completed", answer.output)

    def _failed(self, raised: str) -> Outcome:
        text = failures.orchestrator_failed(self._name, raised)
        return self._outcome("Failed", text, failures.sub_details(raised))

    def _outcome(self, status: str, result: str | None, details: str | None = None) -> Outcome:
        new = [self._new[number] for number in sorted(self._new)]
        return Outcome(status, result, details, new, self._carried, self._number)

    # ---- the history, event by event

    def _process(self, event: Event) -> None:
        kind = event["EventType"]
        if self._suspended and kind not in (Kind.ExecutionResumed, Kind.ExecutionTerminated):
            if kind != Kind.ExecutionSuspended:
                self._held.append(event)
            return
        handler = self._HANDLERS.get(kind)
        if handler is not None and self._terminated is None:
            handler(self, event)

    def _on_started(self, _: Event) -> None:
        self._advance()

    def _on_episode(self, event: Event) -> None:
        self._now = event["Timestamp"]

    def _on_scheduled(self, event: Event) -> None:
        number, kind = event["EventId"], Kind(event["EventType"])
        asked = self._new.get(number)
        if asked is None or asked.kind != kind:
            raise ChangedCode(_changed(event, None, _PRODUCED[asked.kind] if asked else None))
        if kind != Kind.TimerCreated and asked.name.lower() != event["Name"].lower():
            raise ChangedCode(_changed(event, asked.name, None))
        del self._new[number]

    def _on_result(self, event: Event) -> None:
        number = event.get("TaskScheduledId", event.get("TimerId"))
        task = self._open.pop(number, None) if number is not None else None
        if task is not None:
            failed = event["EventType"] in (Kind.TaskFailed, Kind.SubOrchestrationInstanceFailed)
            task.promise.settle(failed=failed)

    def _on_raised(self, event: Event) -> None:
        if self._next_input is not None:
            self._carried.append(event)
            return
        name = event["Name"].lower()
        if waits := self._waits.get(name):
            waits.popleft().settle()
        else:
            self._early[name] = self._early.get(name, 0) + 1

    def _on_terminated(self, event: Event) -> None:
        self._terminated = event

    def _on_suspended(self, _: Event) -> None:
        self._suspended = True
        # What was asked for in this very batch waits for the end of the suspension.
        self._withheld, self._new = self._new, {}

    def _on_resumed(self, _: Event) -> None:
        if not self._suspended:
            return
        self._suspended = False
        self._new |= self._withheld
        self._withheld = {}
        held, self._held = self._held, deque()
        for event in held:
            self._process(event)

    _HANDLERS: ClassVar[dict[int, Callable[["Replay", Event], None]]] = {
        Kind.ExecutionStarted: _on_started,
        Kind.OrchestratorStarted: _on_episode,
        Kind.TaskScheduled: _on_scheduled,
        Kind.SubOrchestrationInstanceCreated: _on_scheduled,
        Kind.TimerCreated: _on_scheduled,
        Kind.TaskCompleted: _on_result,
        Kind.TaskFailed: _on_result,
        Kind.SubOrchestrationInstanceCompleted: _on_result,
        Kind.SubOrchestrationInstanceFailed: _on_result,
        Kind.TimerFired: _on_result,
        Kind.EventRaised: _on_raised,
        Kind.ExecutionTerminated: _on_terminated,
        Kind.ExecutionSuspended: _on_suspended,
        Kind.ExecutionResumed: _on_resumed,
    }

    # ---- the actions, one after another

    def _advance(self, _: Promise | None = None) -> None:
        actions = self._answer.actions
        while self._position < len(actions):
            action = actions[self._position]
            self._position += 1
            promise = self._begin(action)
            if not promise.done:
                promise.then(self._advance)
                return
        self._finished = self._answer.done

    def _begin(self, action: Action) -> Promise:
        match action.kind:
            case ActionKind.WhenAny:
                return any_of([self._begin(part) for part in action.parts])
            case ActionKind.WhenAll:
                return all_of([self._begin(part) for part in action.parts])
            case ActionKind.WaitForExternalEvent:
                return self._await_event(action.name.lower())
            case ActionKind.CreateTimer:
                return self._begin_timer(tidy(action.fire_at), cancelled=action.cancelled)
            case ActionKind.ContinueAsNew:
                self._next_input = action
                return Promise(done=True)
        if (refusal := self._check(action)) is not None:
            raise Unavailable(refusal)
        if action.retry is not None:
            return self._begin_retry(action, action.retry.attempts)
        return self._begin_function(action)

    def _await_event(self, name: str) -> Promise:
        if self._early.get(name):
            self._early[name] -= 1
            return Promise(done=True)
        promise = Promise()
        self._waits.setdefault(name, deque()).append(promise)
        return promise

    def _begin_function(self, action: Action) -> Promise:
        sub = action.kind in (
            ActionKind.CallSubOrchestrator,
            ActionKind.CallSubOrchestratorWithRetry,
        )
        kind = Kind.SubOrchestrationInstanceCreated if sub else Kind.TaskScheduled
        task = Scheduled(kind, self._take(), action.name, action.input, action.instance)
        return self._schedule(task)

    def _begin_timer(self, fire_at: str, *, cancelled: bool = False) -> Promise:
        task = Scheduled(Kind.TimerCreated, self._take(), fire_at=fire_at)
        promise = self._schedule(task)
        if cancelled:
            self._cancel(task)
        return promise

    def _cancel(self, task: Scheduled) -> None:
        del self._open[task.number]
        task.promise.settle()

    def _begin_retry(self, action: Action, attempts: int) -> Promise:
        whole = Promise()

        def attempt(left: int) -> None:
            self._begin_function(action).then(lambda task: ended(task, left - 1))

        def ended(task: Promise, left: int) -> None:
            if not task.failed:
                whole.settle()
                return
            # After the last failure, one more timer that is due at once: the SDK counts it too.
            interval = action.retry.interval if action.retry and left else 0
            timer = self._begin_timer(later(self._now, interval))
            timer.then(lambda _: attempt(left) if left else whole.settle(failed=True))

        attempt(attempts)
        return whole

    def _take(self) -> int:
        number = self._number
        self._number += 1
        return number

    def _schedule(self, task: Scheduled) -> Promise:
        self._new[task.number] = task
        self._open[task.number] = task
        return task.promise


def _changed(event: Event, instead: str | None, produced: str | None) -> str:
    number = event["EventId"]
    match Kind(event["EventType"]):
        case Kind.TaskScheduled:
            text = failures.changed_activity(number, event["Name"], instead, produced)
        case Kind.TimerCreated:
            text = failures.changed_timer(number, produced)
        case _:
            text = failures.changed_sub(number, event, instead, produced)
    return failures.non_deterministic(text)
