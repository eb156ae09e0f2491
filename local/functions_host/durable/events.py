"""The events of a history, with the keys and their order as the extension writes them.

After recordings of Microsoft.Azure.WebJobs.Extensions.DurableTask 3.19.0. An event is a dict that
goes to the SDK as it is; `EventType` is a number there and text in `historyEvents` of a status.
"""

from enum import IntEnum
from typing import Any

Event = dict[str, Any]


class Kind(IntEnum):
    """`EventType` by number."""

    ExecutionStarted = 0
    ExecutionCompleted = 1
    ExecutionTerminated = 3
    TaskScheduled = 4
    TaskCompleted = 5
    TaskFailed = 6
    SubOrchestrationInstanceCreated = 7
    SubOrchestrationInstanceCompleted = 8
    SubOrchestrationInstanceFailed = 9
    TimerCreated = 10
    TimerFired = 11
    OrchestratorStarted = 12
    OrchestratorCompleted = 13
    EventRaised = 15
    ExecutionSuspended = 19
    ExecutionResumed = 20


# What earlier episodes consumed is marked as played; what they asked for never is.
_PLAYED = frozenset({0, 5, 6, 8, 9, 11, 15, 19, 20})


def _event(kind: Kind, at: str, number: int = -1, /, **fields: Any) -> Event:
    last = {"EventId": number, "IsPlayed": False, "Timestamp": at}
    return {"EventType": int(kind), **fields, **last}


def to_past_event(event: Event) -> Event:
    """`event` as every later episode shows it."""
    return {**event, "IsPlayed": True} if event["EventType"] in _PLAYED else event


def execution_started_event(
    at: str,
    *,
    instance: str,
    execution: str,
    name: str,
    input_text: str | None,
    parent: Event | None = None,
    tags: dict[str, str] | None = None,
    generation: int | None = None,
) -> Event:
    """The first message of an execution; `generation` counts client starts, None for the others."""
    who = {"OrchestrationInstance": {"InstanceId": instance, "ExecutionId": execution}}
    return who | _event(
        Kind.ExecutionStarted,
        at,
        ParentInstance=parent,
        Name=name,
        Version=None,
        Input=input_text,
        Tags=tags,
        Correlation=None,
        ParentTraceContext=None,
        ScheduledStartTime=None,
        Generation=generation,
        GenerateNewTrace=False,
    )


def parent_instance(name: str, instance: str, execution: str, task: int) -> Event:
    """The `ParentInstance` of a sub-orchestration's ExecutionStarted."""
    who = {"InstanceId": instance, "ExecutionId": execution}
    return {"Name": name, "OrchestrationInstance": who, "TaskScheduleId": task, "Version": None}


def orchestrator_started_event(at: str) -> Event:
    """An episode begins; its time is the orchestrator's `current_utc_datetime`."""
    return _event(Kind.OrchestratorStarted, at)


def orchestrator_completed_event(at: str) -> Event:
    """An episode has ended."""
    return _event(Kind.OrchestratorCompleted, at)


def task_scheduled_event(at: str, number: int, name: str) -> Event:
    """An activity was asked for. Inputs are not kept in the history, as with the extension."""
    fields = {"Version": "", "Input": None, "ParentTraceContext": None, "Tags": None}
    return _event(Kind.TaskScheduled, at, number, Name=name, **fields)


def sub_orchestration_created_event(at: str, number: int, name: str, instance: str) -> Event:
    """A sub-orchestration was asked for."""
    fields = {"InstanceId": instance, "Input": None, "ClientSpanId": None, "Tags": None}
    kind = Kind.SubOrchestrationInstanceCreated
    return _event(kind, at, number, Name=name, Version=None, **fields)


def timer_created_event(at: str, number: int, fire_at: str) -> Event:
    """A timer was asked for."""
    return _event(Kind.TimerCreated, at, number, FireAt=fire_at)


def timer_fired_event(at: str, number: int, fire_at: str) -> Event:
    """A timer fell due; `at` is when it was created, as in the recordings."""
    return _event(Kind.TimerFired, at, TimerId=number, FireAt=fire_at)


def result_event(at: str, number: int, result: str | None, *, sub: bool = False) -> Event:
    """An activity or a sub-orchestration has ended; `result` is JSON text."""
    kind = Kind.SubOrchestrationInstanceCompleted if sub else Kind.TaskCompleted
    return _event(kind, at, TaskScheduledId=number, Result=result)


def failure_event(
    at: str, number: int, reason: str | None, details: str | None, *, sub: bool = False
) -> Event:
    """An activity or a sub-orchestration has failed."""
    kind = Kind.SubOrchestrationInstanceFailed if sub else Kind.TaskFailed
    why = {"Reason": reason, "Details": details, "FailureDetails": None}
    return _event(kind, at, TaskScheduledId=number, **why)


def external_event(at: str, name: str, input_text: str | None) -> Event:
    """An external event; `input_text` is JSON text."""
    return _event(Kind.EventRaised, at, Name=name, Input=input_text, ParentTraceContext=None)


def execution_terminated_event(at: str, reason: str | None) -> Event:
    """Somebody ended the instance."""
    return _event(Kind.ExecutionTerminated, at, Input=reason)


def execution_suspended_event(at: str, reason: str | None) -> Event:
    """Somebody halted the instance."""
    return _event(Kind.ExecutionSuspended, at, Reason=reason)


def execution_resumed_event(at: str, reason: str | None) -> Event:
    """Somebody let the instance go on."""
    return _event(Kind.ExecutionResumed, at, Reason=reason)


def execution_completed_event(at: str, number: int, status: str, result: str | None) -> Event:
    """The last event: kept for the status only, since no episode follows."""
    ended = {"OrchestrationStatus": status, "Result": result, "FailureDetails": None}
    return _event(Kind.ExecutionCompleted, at, number, **ended)
