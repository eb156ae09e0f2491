"""Replays a history against what the SDK asks for, and finds what is new in it.

Event by event, the history moves the script of the SDK's actions on. What is asked for and not yet
in the history is to be scheduled; what is in the history and was not asked for is a change of code.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from local.functions_host.durable import failures
from local.functions_host.durable.actions import Answer
from local.functions_host.durable.events import Event, Kind
from local.functions_host.durable.script import Check, Script, Task, Unavailable

_PRODUCED = {
    Kind.TaskScheduled: "ScheduleTaskOrchestratorAction",
    Kind.TimerCreated: "CreateTimerOrchestratorAction",
    Kind.SubOrchestrationInstanceCreated: "CreateSubOrchestrationAction",
}

_TASKS = {
    Kind.TaskScheduled: "an activity",
    Kind.TimerCreated: "a timer",
    Kind.SubOrchestrationInstanceCreated: "a sub-orchestration",
}
_FOUND = "Non-Deterministic workflow detected: "
_CHANGED = (
    "Was a change made to the orchestrator code after this instance had already started running?"
)


class ChangedCode(Exception):  # noqa: N818 - a finding about the app, not a fault of the host
    """The code does not fit its history; the text is the output."""


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
    scheduled: list[Task] = field(default_factory=list)
    carried: list[Event] = field(default_factory=list)
    next_number: int = 0


class Replay:
    """One pass over a history.

    Args:
        name: The orchestrator, for texts of failures.
        answer: The SDK's answer to exactly this history.
        check: Called with each function that is asked for; returns why it cannot be had, or None.
    """

    def __init__(self, name: str, answer: Answer, check: Check = lambda _: None) -> None:
        self._name = name
        self._answer = answer
        self._script = Script(answer, check)
        self._suspended = False
        self._postponed: deque[Event] = deque()
        self._withheld: dict[int, Task] = {}
        self._carried: list[Event] = []
        self._terminated: Event | None = None

    def run(self, history: Iterable[Event]) -> Outcome:
        """Go through `history` and say what is new and how the instance stands."""
        try:
            for event in history:
                self._process(event)
        except ChangedCode as change:
            return self._outcome("Failed", str(change), failures.sub_code_change(str(change)))
        except Unavailable as refusal:
            return self._failure(str(refusal))
        if self._terminated is not None:
            return self._outcome("Terminated", self._terminated["Input"])
        if self._script.finished and not self._script.open:
            return self._end()
        return self._outcome("Suspended" if self._suspended else "Running", None)

    def _end(self) -> Outcome:
        answer, again = self._answer, self._script.again
        if answer.fault is not None:
            text = failures.orchestrator_failure(self._name, answer.fault.text)
            return self._outcome("Failed", text, answer.fault.details)
        if answer.error is not None:
            return self._failure(answer.error)
        if again is not None:
            return self._outcome("ContinuedAsNew", again.input)
        return self._outcome("Completed", answer.output)

    def _failure(self, raised: str) -> Outcome:
        text = failures.orchestrator_failure(self._name, raised)
        return self._outcome("Failed", text, failures.sub_details(raised))

    def _outcome(self, status: str, result: str | None, details: str | None = None) -> Outcome:
        script = self._script
        new = [script.new[number] for number in sorted(script.new)]
        return Outcome(status, result, details, new, self._carried, script.number)

    # ---- the history, event by event

    def _process(self, event: Event) -> None:
        kind = event["EventType"]
        if self._suspended and kind not in (Kind.ExecutionResumed, Kind.ExecutionTerminated):
            if kind != Kind.ExecutionSuspended:
                self._postponed.append(event)
            return
        handler = self._HANDLERS.get(kind)
        if handler is not None and self._terminated is None:
            handler(self, event)

    def _process_start(self, _: Event) -> None:
        self._script.advance()

    def _process_episode(self, event: Event) -> None:
        self._script.now = event["Timestamp"]

    def _process_task(self, event: Event) -> None:
        number, kind = event["EventId"], Kind(event["EventType"])
        asked = self._script.new.get(number)
        if asked is None or asked.kind != kind:
            raise ChangedCode(
                _describe_change(event, None, _PRODUCED[asked.kind] if asked else None)
            )
        if kind != Kind.TimerCreated and asked.name.lower() != event["Name"].lower():
            raise ChangedCode(_describe_change(event, asked.name, None))
        del self._script.new[number]

    def _process_result(self, event: Event) -> None:
        number = event["TimerId"] if "TimerId" in event else event["TaskScheduledId"]
        failed = event["EventType"] in (Kind.TaskFailed, Kind.SubOrchestrationInstanceFailed)
        self._script.settle(number, failed=failed)

    def _process_external_event(self, event: Event) -> None:
        if self._script.again is not None:
            self._carried.append(event)
        else:
            self._script.raise_event(event["Name"])

    def _process_termination(self, event: Event) -> None:
        self._terminated = event

    def _process_suspension(self, _: Event) -> None:
        self._suspended = True
        # What was asked for in this very batch waits for the end of the suspension.
        self._withheld, self._script.new = self._script.new, {}

    def _process_resumption(self, _: Event) -> None:
        if not self._suspended:
            return
        self._suspended = False
        self._script.new |= self._withheld
        self._withheld = {}
        postponed, self._postponed = self._postponed, deque()
        for event in postponed:
            self._process(event)

    _HANDLERS: ClassVar[dict[int, Callable[["Replay", Event], None]]] = {
        Kind.ExecutionStarted: _process_start,
        Kind.OrchestratorStarted: _process_episode,
        Kind.TaskScheduled: _process_task,
        Kind.SubOrchestrationInstanceCreated: _process_task,
        Kind.TimerCreated: _process_task,
        Kind.TaskCompleted: _process_result,
        Kind.TaskFailed: _process_result,
        Kind.SubOrchestrationInstanceCompleted: _process_result,
        Kind.SubOrchestrationInstanceFailed: _process_result,
        Kind.TimerFired: _process_result,
        Kind.EventRaised: _process_external_event,
        Kind.ExecutionTerminated: _process_termination,
        Kind.ExecutionSuspended: _process_suspension,
        Kind.ExecutionResumed: _process_resumption,
    }


def _describe_change(event: Event, instead: str | None, produced: str | None) -> str:
    """The output, in the words of DurableTask.Core for activities, missing commas included.

    Args:
        event: What the history holds and this replay lacks (both None), renames, or replaces.
        instead: The name that the code asks for now.
        produced: The kind of action that the code asks for now.
    """
    kind = _TASKS[Kind(event["EventType"])]
    number, name = event["EventId"], event.get("Name")
    past = f"A previous execution of this orchestration scheduled {kind} task with sequence "
    if instead is not None:
        now = f"scheduled {kind} task named '{instead}' with this sequence number. "
    elif produced is not None:
        now = f"produced a {produced} action with this sequence number."
    else:
        what = f" and name '{name}' (version '')" if name else ""
        now = "the current replay execution hasn't (yet?) scheduled this task."
        return f"{_FOUND}{past}ID {number}{what}, but {now} {_CHANGED}"
    what = f" named '{name}'" if name else ""
    now = f"the current orchestration replay instead {now}"
    return f"{_FOUND}{past}number {number}{what}, but {now} {_CHANGED}"
