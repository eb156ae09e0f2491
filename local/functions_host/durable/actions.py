"""What the SDK asks for: the answer to an episode, read into values.

The wire forms are those of azure-functions-durable 1.7.0 under schema V3.
"""

import json
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from local.functions_host.durable.net_json import (
    Unreadable,
    depth_fault,
    drop_metadata,
    dump,
    replace_surrogates,
)
from local.functions_host.durable.stamps import normalize

_HOUR = 3_600_000  # milliseconds


class ActionKind(IntEnum):
    """`actionType` by number."""

    CallActivity = 0
    CallActivityWithRetry = 1
    CallSubOrchestrator = 2
    CallSubOrchestratorWithRetry = 3
    ContinueAsNew = 4
    CreateTimer = 5
    WaitForExternalEvent = 6
    CallEntity = 7
    CallHttp = 8
    SignalEntity = 9
    ScheduledSignalEntity = 10
    WhenAny = 11
    WhenAll = 12
    LockEntities = 13
    ReleaseEntities = 14


RETRIED = (ActionKind.CallActivityWithRetry, ActionKind.CallSubOrchestratorWithRetry)


@dataclass(frozen=True, slots=True)
class Retry:
    """Retry options; Python's SDK knows only constant intervals."""

    interval: int
    """Milliseconds before the second attempt."""
    attempts: int

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Retry":
        """Read `retryOptions`."""
        return cls(
            interval=min(round(data["firstRetryIntervalInMilliseconds"]), 24 * 365 * _HOUR),
            attempts=round(data["maxNumberOfAttempts"]),
        )


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that the orchestrator asked for; only the fields of its kind are set."""

    kind: ActionKind
    name: str = ""
    input: str | None = None
    instance: str | None = None
    fire_at: str = ""
    cancelled: bool = False
    retry: Retry | None = None
    parts: tuple["Action", ...] = ()

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Action":
        """Read one action.

        Raises:
            Unreadable: A time is none.
            ValueError: The extension would not know this `actionType` either.
        """
        retry = data.get("retryOptions")
        return cls(
            kind=ActionKind(data["actionType"]),
            # The extension makes texts of names and ids that are numbers.
            name=str(data.get("functionName") or data.get("externalEventName") or ""),
            input=data.get("input"),
            instance=None if data.get("instanceId") is None else str(data["instanceId"]),
            fire_at=_time(data["fireAt"]) if "fireAt" in data else "",
            cancelled=bool(data.get("isCanceled")),
            retry=Retry.from_dict(retry) if retry else None,
            parts=tuple(map(cls.from_dict, data.get("compoundActions", ()))),
        )


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure whose state the extension does not accept: what the status and a parent see."""

    text: str
    details: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What an episode came to.

    `done` is true when the code has returned or raised; `output` and `custom_status` are JSON text;
    `error` is the text of what the code raised, `fault` stands for all of it without a state.
    """

    done: bool
    actions: tuple[Action, ...] = ()
    output: str | None = None
    custom_status: str | None = None
    error: str | None = None
    fault: Fault | None = None

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Answer":
        """Read the SDK's answer or the state within a failure.

        Raises:
            Unreadable: A time in it is none.
        """
        error = data.get("error")
        return cls(
            done=bool(data.get("isDone")) or error is not None,
            actions=tuple(Action.from_dict(a) for group in data["actions"] for a in group),
            output=_text(data.get("output")),
            custom_status=_text(data.get("customStatus")),
            error=error and replace_surrogates(error),
        )


def read_answer(text: str) -> Answer:
    """The answer that the SDK's wrapper returned.

    Raises:
        Unreadable: It has too many levels, or a time in it is none.
    """
    if fault := depth_fault(text):
        raise Unreadable(fault)
    return Answer.from_dict(json.loads(text))


def _text(value: Any) -> str | None:
    value = drop_metadata(value)
    return None if value is None else dump(value)


def _time(text: str) -> str:
    try:
        return normalize(text)
    except ValueError:
        raise Unreadable(f"Could not convert string to DateTime: {text}.") from None
