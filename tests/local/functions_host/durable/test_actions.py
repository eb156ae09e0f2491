"""Reading the SDK's answers."""

import json

import pytest

from local.functions_host.durable.actions import ActionKind, Answer, read_answer


def test_reads_compounds_with_their_parts() -> None:
    """Parts keep their order and their own fields."""
    retry = {"firstRetryIntervalInMilliseconds": 5000, "maxNumberOfAttempts": 3}
    parts = [
        {"actionType": 1, "functionName": "f", "input": "1", "retryOptions": retry},
        {"actionType": 5, "fireAt": "2026-11-25T10:00:00.000000Z", "isCanceled": True},
        {"actionType": 6, "externalEventName": "go", "reason": "ExternalEvent"},
    ]
    text = json.dumps(
        {"isDone": False, "actions": [[{"actionType": 11, "compoundActions": parts}]]}
    )

    (race,) = read_answer(text).actions

    assert race.kind == ActionKind.WhenAny
    work, timer, event = race.parts
    assert (work.name, work.retry and work.retry.attempts) == ("f", 3)
    assert timer.cancelled
    assert event.name == "go"


def test_keeps_output_and_status_as_json_text() -> None:
    """What is missing is None; a false value that is there stays."""
    answer = Answer.from_dict({"isDone": True, "actions": [[]], "output": 0})

    assert (answer.output, answer.custom_status) == ("0", None)


def test_refuses_an_action_that_nobody_knows() -> None:
    """An unknown actionType is an error, as with the extension."""
    with pytest.raises(ValueError, match="99"):
        Answer.from_dict({"isDone": False, "actions": [[{"actionType": 99}]]})


def test_makes_texts_of_names_and_ids_that_are_numbers() -> None:
    """So the extension reads them."""
    actions = [
        {"actionType": 2, "functionName": "f", "input": "1", "instanceId": 5},
        {"actionType": 6, "externalEventName": 7},
    ]

    child, event = Answer.from_dict({"isDone": False, "actions": [actions]}).actions

    assert (child.instance, event.name) == ("5", "7")


def test_rounds_retry_options_to_the_even() -> None:
    """As .NET makes whole numbers."""
    retry = {"firstRetryIntervalInMilliseconds": 1000.5, "maxNumberOfAttempts": 1.5}
    action = {"actionType": 1, "functionName": "f", "retryOptions": retry}

    (work,) = Answer.from_dict({"isDone": False, "actions": [[action]]}).actions

    assert work.retry is not None
    assert (work.retry.interval, work.retry.attempts) == (1000, 2)
