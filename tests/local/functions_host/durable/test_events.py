"""History events."""

import pytest

from local.functions_host.durable import events
from local.functions_host.durable.events import Event, Kind

AT = "2026-11-25T10:00:00Z"


@pytest.mark.parametrize(
    ("event", "marked"),
    [
        (
            events.execution_started_event(
                AT, instance="i", execution="e", name="n", input_text=None
            ),
            True,
        ),
        (events.result_event(AT, 0, "1"), True),
        (events.failure_event(AT, 0, "r", None, sub=True), True),
        (events.timer_fired_event(AT, 0, AT), True),
        (events.external_event(AT, "go", None), True),
        (events.execution_suspended_event(AT, None), True),
        (events.task_scheduled_event(AT, 0, "f"), False),
        (events.timer_created_event(AT, 0, AT), False),
        (events.orchestrator_started_event(AT), False),
        (events.orchestrator_completed_event(AT), False),
    ],
)
def test_only_what_came_in_is_marked_as_played(event: Event, marked: bool) -> None:
    """Later episodes see results and events as played, and never what was asked for."""
    assert events.to_past_event(event)["IsPlayed"] is marked


def test_keys_stand_in_the_extension_s_order() -> None:
    """The kind comes first, then the event's own fields, then id, mark and time."""
    assert list(events.task_scheduled_event(AT, 0, "f")) == [
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
    event = events.result_event(AT, 7, "1", sub=True)

    assert (event["EventType"], event["TaskScheduledId"], event["EventId"]) == (
        Kind.SubOrchestrationInstanceCompleted,
        7,
        -1,
    )
