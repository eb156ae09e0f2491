"""The words of failures."""

import json

import pytest

from local.functions_host.durable import failures


def _message(state: dict[str, object], text: str = "boom") -> str:
    return f"Exception: {text}\n\n$OutOfProcData$:{json.dumps(state)}"


def test_takes_the_state_of_a_failing_orchestrator() -> None:
    """Actions, error and custom status come out of the message of the SDK's exception."""
    action = {"actionType": 0, "functionName": "f", "input": "1"}
    state = {"isDone": False, "actions": [[action]], "error": "boom", "customStatus": "s"}

    answer = failures.state_of(_message(state))

    assert answer is not None
    assert (answer.done, answer.error, answer.custom_status) == (True, "boom", '"s"')
    assert [a.name for a in answer.actions] == ["f"]


@pytest.mark.parametrize(
    "state",
    [
        {"isDone": True, "actions": [[]], "error": "boom"},
        {"isDone": False, "actions": [[]], "error": ""},
        {"isDone": False, "actions": [1], "error": "boom"},
        {"isDone": False, "actions": [["a"]], "error": "boom"},
        {"isDone": False, "error": "boom"},
    ],
)
def test_refuses_a_state_that_the_extension_refuses(state: dict[str, object]) -> None:
    """A finished state, an empty error, or misshapen actions are not accepted."""
    assert failures.state_of(_message(state)) is None


def test_a_signed_address_in_an_input_destroys_the_state() -> None:
    """The sanitizer eats an escaped quote's backslash, as in Azure, and the state is lost."""
    action = {"actionType": 0, "functionName": "f", "input": json.dumps("https://x/?a=1&sig=abc")}
    state = {"isDone": False, "actions": [[action]], "error": "boom"}

    assert failures.state_of(_message(state)) is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ('a "https://x/?sv=1&sig=secret" b', 'a "https://x/?sv=1[Hidden Credential]" b'),
        ("AccountKey=abc;", "[Hidden Credential]"),
        ("PublicKeyToken=abc", "PublicKeyToken=abc"),
        ("a\0b Token=abc", "a\0b [Hidden Credential]"),
        ("nothing secret", "nothing secret"),
    ],
)
def test_hides_credentials(given: str, kept: str) -> None:
    """A token and what follows it up to the next quote are replaced."""
    assert failures.sanitize(given) == kept


def test_details_of_an_activity_are_the_net_exception() -> None:
    """Details are JSON text that holds the Python message and stack where .NET puts them."""
    details = json.loads(failures.activity_details("ValueError: no", "  File x\n"))

    assert details["Message"] == "ValueError: no"
    assert details["InnerException"]["RemoteStackTrace"] == "  File x\n"
    assert details["InnerException"]["Message"] == (
        "Result: Failure\nType: \nException: ValueError: no\nStack:   File x\n"
    )


def test_lists_known_functions_or_says_that_there_are_none() -> None:
    """The text about an unknown function names what is registered."""
    some = failures.unknown_function("x", "activity", ["b", "a"])
    none = failures.unknown_function("x", "entity", [])

    assert some.endswith("The following are the known activity functions: 'a', 'b'.")
    assert none.endswith("No entity functions are currently registered!")
