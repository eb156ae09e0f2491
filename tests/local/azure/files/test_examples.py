"""What single training examples have to look like."""

from typing import Any

import pytest

from local.azure.files.examples import preference_fault, reinforcement_fault, supervised_fault

USER = {"role": "user", "content": "Hi"}
ANSWER = {"role": "assistant", "content": "Ho"}
CALL = {"role": "assistant", "tool_calls": [{"id": "c"}]}
TOOL = {"role": "tool", "tool_call_id": "c", "content": "1"}


@pytest.mark.parametrize(
    "messages",
    [
        [USER, ANSWER],
        [{"role": "system", "content": "S"}, USER, USER, ANSWER],
        [{"role": "developer", "content": "S"}, USER, ANSWER | {"weight": 0}, USER, ANSWER],
        [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}, ANSWER],
        [USER, CALL, TOOL, ANSWER],
        [USER, CALL],
    ],
)
def test_good_examples_pass(messages: list[Any]) -> None:
    """What the service takes is taken."""
    assert supervised_fault({"messages": messages}) == ""


@pytest.mark.parametrize(
    ("example", "text"),
    [
        ({}, "missing 'messages'"),
        ({"messages": []}, "missing 'messages'"),
        ({"messages": "x"}, "missing 'messages'"),
        ({"messages": [1]}, "message 1 that is not a dictionary"),
        ({"messages": [USER, {"role": "Assistant", "content": "x"}]}, "unknown role 'Assistant'"),
        ({"messages": [USER, {"role": "assistant"}]}, "missing 'content' in message 2"),
        ({"messages": [USER, ANSWER | {"content": 3}]}, "neither text nor a list"),
        ({"messages": [USER, ANSWER | {"weight": 0.5}]}, "neither 0 nor 1"),
        ({"messages": [USER]}, "not from the assistant"),
        ({"messages": [USER, ANSWER], "prompt": "x"}, "extra key 'prompt'"),
    ],
)
def test_bad_examples_are_named(example: dict[str, Any], text: str) -> None:
    """The first fault is reported."""
    assert text in supervised_fault(example)


def test_preference_examples_have_two_outputs() -> None:
    """Input, preferred and non-preferred output."""
    good = {"input": {"messages": [USER]}, "preferred_output": [ANSWER]}

    assert "missing the key 'non_preferred_output'" in preference_fault(good)
    assert preference_fault(good | {"non_preferred_output": [ANSWER]}) == ""
    assert "missing the key 'input'" in preference_fault({"messages": [USER, ANSWER]})


def test_reinforcement_examples_end_with_the_user() -> None:
    """Extra keys are for the grader."""
    assert reinforcement_fault({"messages": [USER], "answer": 42}) == ""
    assert "not from the user" in reinforcement_fault({"messages": [USER, ANSWER]})
