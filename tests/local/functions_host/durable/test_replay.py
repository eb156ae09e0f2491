"""Replaying a history against the SDK's actions."""

from typing import Any

import pytest

from local.functions_host.durable import events
from local.functions_host.durable.actions import Answer
from local.functions_host.durable.events import Event, Kind
from local.functions_host.durable.replay import Outcome, Replay

AT = "2026-11-25T10:00:00Z"
LATER = "2026-11-25T11:00:00Z"
ACTIVITY = {"actionType": 0, "functionName": "work", "input": "1"}
TIMER = {"actionType": 5, "fireAt": "2026-11-25T10:05:00.000000Z", "isCanceled": False}
WAIT = {"actionType": 6, "externalEventName": "Go", "reason": "ExternalEvent"}
SUB = {"actionType": 2, "functionName": "child", "input": "null", "instanceId": None}
RETRIED = {
    "actionType": 1,
    "functionName": "work",
    "input": "1",
    "retryOptions": {"firstRetryIntervalInMilliseconds": 5000, "maxNumberOfAttempts": 2},
}
STARTED = [
    events.orchestrator_started_event(AT),
    events.execution_started_event(AT, instance="i", execution="e", name="o", input_text=None),
]


def _replay(
    actions: list[dict[str, Any]], *after: Event, done: bool = False, **more: Any
) -> Outcome:
    data = {"isDone": done, "actions": [actions], **more}
    return Replay("o", Answer.from_dict(data)).run([*STARTED, *after])


def _requests_of(outcome: Outcome) -> list[tuple[Kind, int]]:
    return [(task.kind, task.number) for task in outcome.scheduled]


def test_numbers_atoms_depth_first_and_waits_take_none() -> None:
    """Activities, timers and children count from 0; external events are keyed by name."""
    compound = {"actionType": 12, "compoundActions": [WAIT, TIMER, SUB, ACTIVITY]}

    outcome = _replay([compound])

    assert _requests_of(outcome) == [
        (Kind.TimerCreated, 0),
        (Kind.SubOrchestrationInstanceCreated, 1),
        (Kind.TaskScheduled, 2),
    ]


def test_asks_only_for_what_the_history_lacks() -> None:
    """What was scheduled in an earlier episode is matched, not scheduled again."""
    outcome = _replay(
        [ACTIVITY, ACTIVITY],
        events.task_scheduled_event(AT, 0, "work"),
        events.orchestrator_completed_event(AT),
        events.orchestrator_started_event(LATER),
        events.result_event(LATER, 0, "1"),
    )

    assert _requests_of(outcome) == [(Kind.TaskScheduled, 1)]
    assert outcome.status == "Running"


def test_next_action_waits_for_the_one_before() -> None:
    """The second top-level action is not started while the first is open."""
    assert _requests_of(_replay([WAIT, ACTIVITY])) == []


def test_events_match_names_in_any_case_and_early_ones_are_kept() -> None:
    """Each event satisfies one wait; one that came before its wait counts too."""
    early = events.external_event(AT, "GO", "1")

    once = _replay([WAIT, ACTIVITY], early)
    twice = _replay([WAIT, WAIT, ACTIVITY], early)

    assert _requests_of(once) == [(Kind.TaskScheduled, 0)]
    assert _requests_of(twice) == []


def test_retries_after_the_interval_and_raises_after_a_last_timer() -> None:
    """A failure asks for a timer, the last failure for one that is due at once."""
    first = [events.task_scheduled_event(AT, 0, "work"), events.failure_event(AT, 0, "r", None)]
    fire = "2026-11-25T10:00:05Z"
    second = [
        events.timer_created_event(AT, 1, fire),
        events.timer_fired_event(AT, 1, fire),
        events.task_scheduled_event(AT, 2, "work"),
        events.orchestrator_started_event(LATER),
        events.failure_event(LATER, 2, "r", None),
    ]

    after_first = _replay([RETRIED], *first)
    after_last = _replay([RETRIED], *first, *second)

    assert [(t.number, t.fire_at) for t in after_first.scheduled] == [(1, fire)]
    assert [(t.number, t.fire_at) for t in after_last.scheduled] == [(3, LATER)]


def test_done_with_an_open_timer_is_still_running() -> None:
    """An instance ends only when nothing that it asked for is open."""
    race = {"actionType": 11, "compoundActions": [TIMER, WAIT]}
    created = events.timer_created_event(AT, 0, "2026-11-25T10:05:00Z")
    raised = events.external_event(AT, "go", "1")

    before = _replay([race], created, raised, done=True, output=1)
    fired = events.timer_fired_event(AT, 0, "2026-11-25T10:05:00Z")
    after = _replay([race], created, raised, fired, done=True, output=1)

    assert before.status == "Running"
    assert (after.status, after.result) == ("Completed", "1")


def test_a_cancelled_timer_holds_nothing_up() -> None:
    """A race whose timer was cancelled ends at once, and the timer's late firing is ignored."""
    cancelled = TIMER | {"isCanceled": True}
    race = {"actionType": 11, "compoundActions": [cancelled, WAIT]}
    created = events.timer_created_event(AT, 0, "2026-11-25T10:05:00Z")
    raised = events.external_event(AT, "go", "1")
    fired = events.timer_fired_event(AT, 0, "2026-11-25T10:05:00Z")

    ended = _replay([race], created, raised, done=True)
    late = _replay([race, ACTIVITY], created, raised, fired)

    assert ended.status == "Completed"
    assert _requests_of(late) == [(Kind.TaskScheduled, 1)]


def test_what_a_suspended_instance_asks_for_is_held_back() -> None:
    """Events during a suspension are seen only at its end, completion included."""
    suspended = events.execution_suspended_event(AT, "x")
    raised = events.external_event(AT, "go", "1")
    resumed = events.execution_resumed_event(LATER, None)

    during = _replay([WAIT, ACTIVITY], suspended, raised)
    after = _replay([WAIT, ACTIVITY], suspended, raised, resumed)

    assert (during.status, _requests_of(during)) == ("Suspended", [])
    assert (after.status, _requests_of(after)) == ("Running", [(Kind.TaskScheduled, 0)])


def test_work_asked_for_in_the_batch_of_a_suspension_waits() -> None:
    """A result and a suspension in one batch: the next activity starts after the resumption."""
    past = [events.task_scheduled_event(AT, 0, "work"), events.result_event(AT, 0, "1")]
    suspended = events.execution_suspended_event(AT, None)

    during = _replay([ACTIVITY, ACTIVITY], *past, suspended)
    after = _replay(
        [ACTIVITY, ACTIVITY], *past, suspended, events.execution_resumed_event(AT, None)
    )

    assert _requests_of(during) == []
    assert _requests_of(after) == [(Kind.TaskScheduled, 1)]


def test_termination_overrides_everything() -> None:
    """A terminated instance ends with the reason, whatever the code answered."""
    outcome = _replay(
        [ACTIVITY], events.execution_terminated_event(AT, "enough"), done=True, output=1
    )

    assert (outcome.status, outcome.result) == ("Terminated", "enough")


def test_continue_as_new_carries_events_of_its_own_batch() -> None:
    """Events that come after the decision in the same batch belong to the next generation."""
    again = {"actionType": 4, "input": "2"}
    first = events.external_event(AT, "go", "1")
    second = events.external_event(AT, "go", "2")

    outcome = _replay([WAIT, again], first, second, done=True)

    assert (outcome.status, outcome.result) == ("ContinuedAsNew", "2")
    assert outcome.carried == [second]


@pytest.mark.parametrize(
    ("recorded", "actions", "text"),
    [
        (
            events.task_scheduled_event(AT, 0, "old"),
            [ACTIVITY],
            "instead scheduled an activity task",
        ),
        (events.task_scheduled_event(AT, 0, "old"), [TIMER], "CreateTimerOrchestratorAction"),
        (events.task_scheduled_event(AT, 0, "old"), [], "hasn't (yet?) scheduled this task"),
        (
            events.timer_created_event(AT, 0, AT),
            [ACTIVITY],
            "a timer task with sequence number 0, but the",
        ),
        (events.timer_created_event(AT, 0, AT), [], "a timer task with sequence ID 0, but"),
        (events.sub_orchestration_created_event(AT, 0, "a", "b"), [SUB], "task named 'child' with"),
        (
            events.sub_orchestration_created_event(AT, 0, "a", "b"),
            [TIMER],
            "produced a CreateTimerOrchestratorAction",
        ),
        (
            events.sub_orchestration_created_event(AT, 0, "a", "b"),
            [],
            "a sub-orchestration task with sequence ID 0 and name 'a'",
        ),
    ],
)
def test_finds_changed_code(recorded: Event, actions: list[dict[str, Any]], text: str) -> None:
    """What the history holds and the code no longer asks for fails the instance, by case."""
    outcome = _replay(actions, recorded)

    assert outcome.status == "Failed"
    assert outcome.result is not None
    assert outcome.result.startswith("Non-Deterministic workflow detected: A previous execution")
    assert text in outcome.result


def test_names_ignore_case_and_inputs_are_not_compared() -> None:
    """Another spelling or another input is no change of code."""
    recorded = events.task_scheduled_event(AT, 0, "WORK")

    assert _replay([ACTIVITY | {"input": "2"}], recorded).status == "Running"


def test_a_long_chain_needs_no_deep_stack() -> None:
    """Thousands of completed actions are replayed without recursion."""
    past: list[Event] = []
    for number in range(5000):
        past += [
            events.task_scheduled_event(AT, number, "work"),
            events.result_event(AT, number, "1"),
        ]

    outcome = _replay([ACTIVITY] * 5001, *past)

    assert _requests_of(outcome) == [(Kind.TaskScheduled, 5000)]
