"""The history as a status shows it."""

import pytest

from local.functions_host.durable import events
from local.functions_host.durable.management.history import TwiceScheduled, history_events

pytestmark = pytest.mark.services

AT = "2026-11-25T10:00:00.1234567Z"


def test_merges_what_was_asked_for_with_how_it_ended() -> None:
    """A finished activity is one entry with both times; an open one stays alone."""
    history = [
        events.orchestrator_started_event(AT),
        events.task_scheduled_event(AT, 0, "done"),
        events.task_scheduled_event(AT, 1, "open"),
        events.result_event(AT, 0, '{"a":1}'),
        events.orchestrator_completed_event(AT),
    ]

    shown = history_events(history, inputs=True, results=True)

    assert [(e["EventType"], e.get("FunctionName", e.get("Name"))) for e in shown] == [
        ("TaskScheduled", "open"),
        ("TaskCompleted", "done"),
    ]
    assert shown[1]["Result"] == {"a": 1}
    assert shown[1]["ScheduledTime"] == "2026-11-25T10:00:00.1234567+00:00"


def test_shows_the_text_of_a_failure_as_it_is() -> None:
    """The result of a failed instance is text, not JSON."""
    history = [
        events.execution_completed_event(AT, 1, "Failed", "Orchestrator function 'o' failed: no")
    ]

    (shown,) = history_events(history, inputs=True, results=True)

    assert shown["Result"] == "Orchestrator function 'o' failed: no"


def test_stumbles_over_two_tasks_with_one_id() -> None:
    """A history that changed code has doubled cannot be shown, in the real words."""
    history = [events.task_scheduled_event(AT, 0, "old"), events.task_scheduled_event(AT, 0, "new")]

    with pytest.raises(TwiceScheduled, match="Key: TaskScheduled_0"):
        history_events(history, inputs=True, results=True)
