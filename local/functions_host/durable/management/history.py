"""`historyEvents` of a status: the history as the extension shows it to people.

What was asked for is merged with how it ended; bookkeeping is left out; `EventType` is text.
"""

from collections.abc import Iterable
from typing import Any

from local.functions_host.durable.events import Event, Kind
from local.functions_host.durable.net_json import show
from local.functions_host.durable.stamps import with_offset

_LEFT_OUT = frozenset({Kind.OrchestratorStarted, Kind.OrchestratorCompleted})
_ASKED = frozenset({Kind.TaskScheduled, Kind.SubOrchestrationInstanceCreated})
_ENDED = {
    Kind.TaskCompleted: Kind.TaskScheduled,
    Kind.TaskFailed: Kind.TaskScheduled,
    Kind.SubOrchestrationInstanceCompleted: Kind.SubOrchestrationInstanceCreated,
    Kind.SubOrchestrationInstanceFailed: Kind.SubOrchestrationInstanceCreated,
}
_INTERNAL = frozenset(
    {"EventId", "IsPlayed", "TaskScheduledId", "TimerId", "OrchestrationInstance", "Version"}
)
_OF_START = frozenset({"ParentInstance", "Name", "Tags"})


class TwiceScheduled(Exception):  # noqa: N818 - the extension stumbles here, and so do we
    """A replay with changed code has left two tasks under one id."""


def history_events(
    history: Iterable[Event], *, inputs: bool, results: bool
) -> list[dict[str, Any]]:
    """The events of a history as a status shows them.

    Args:
        history: Events as they are kept.
        inputs: Whether to show what the orchestrator and its events were given.
        results: Whether to show what activities and the orchestrator returned.

    Raises:
        TwiceScheduled: Two tasks have the same id.
    """
    shown: list[dict[str, Any]] = []
    asked: dict[tuple[Kind, int], dict[str, Any]] = {}
    merged: list[int] = []
    for event in history:
        kind = Kind(event["EventType"])
        if kind in _LEFT_OUT:
            continue
        view = _view(kind, event, results=results)
        if kind in _ASKED:
            _remember(asked, (kind, event["EventId"]), view)
        elif kind in _ENDED:
            start = asked.get((_ENDED[kind], event["TaskScheduledId"]))
            if start is not None:
                view |= _of_start(start)
                merged.append(id(start))
        shown.append(view)
    left_out = () if inputs else ("Input",)
    return [
        {key: value for key, value in view.items() if key not in left_out}
        for view in shown
        if id(view) not in merged
    ]


def _remember(
    asked: dict[tuple[Kind, int], dict[str, Any]], key: tuple[Kind, int], view: dict[str, Any]
) -> None:
    if key in asked:
        raise TwiceScheduled(
            f"An item with the same key has already been added. Key: {key[0].name}_{key[1]}"
        )
    asked[key] = view


def _of_start(start: dict[str, Any]) -> dict[str, Any]:
    about = {"ScheduledTime": with_offset(start["Timestamp"]), "FunctionName": start["Name"]}
    if "InstanceId" in start:
        about["InstanceId"] = start["InstanceId"]
    return about | {"Input": None}


def _view(kind: Kind, event: Event, *, results: bool) -> dict[str, Any]:
    view = {key: value for key, value in event.items() if key not in _INTERNAL}
    view["EventType"] = kind.name
    if kind == Kind.ExecutionStarted:
        view = {key: value for key, value in view.items() if key not in _OF_START}
        return view | {"FunctionName": event["Name"]}
    if "Result" in view:
        _show_result(view, results=results)
    return view


def _show_result(view: dict[str, Any], *, results: bool) -> None:
    if not results:
        del view["Result"]
        return
    # The text of a failure or a reason is mostly no JSON; it is shown as it is then.
    if view["Result"] is not None:
        view["Result"] = show(view["Result"])
