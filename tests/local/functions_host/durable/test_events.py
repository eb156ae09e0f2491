"""History events."""

import pytest

from local.functions_host.durable import events
from local.functions_host.durable.events import Event, Kind

AT = "2026-11-25T10:00:00Z"


@pytest.mark.parametrize(
    ("event", "marked"),
    [
        (
            events.execution_started(AT, instance="i", execution="e", name="n", input_text=None),
            True,
        ),
        (events.result(AT, 0, "1"), True),
        (events.failure(AT, 0, "r", None, sub=True), True),
        (events.timer_fired(AT, 0, AT), True),
        (events.event_raised(AT, "go", None), True),
        (events.execution_suspended(AT, None), True),
        (events.task_scheduled(AT, 0, "f"), False),
        (events.timer_created(AT, 0, AT), False),
        (events.orchestrator_started(AT), False),
        (events.orchestrator_completed(AT), False),
    ],
)
def test_only_what_came_in_is_marked_as_played(event: Event, marked: bool) -> None:
    """Later episodes see results and events as played, and never what was asked for."""
    assert events.mark_played(event)["IsPlayed"] is marked


def test_keys_stand_in_the_extension_s_order() -> None:
    """The kind comes first, then the event's own fields, then id, mark and time."""
    assert list(events.task_scheduled(AT, 0, "f")) == [
        "EventType",
        "Name",
        "Version",
        "Input",
        "ParentTraceContext",
        "Tags",
        "EventId",
        "IsPlayed",
        "Timestamp",
    ]


def test_results_name_their_task_and_ask_for_nothing() -> None:
    """A result has the id of what it answers, and -1 for its own."""
    event = events.result(AT, 7, "1", sub=True)

    assert (event["EventType"], event["TaskScheduledId"], event["EventId"]) == (
        Kind.SubOrchestrationInstanceCompleted,
        7,
        -1,
    )
