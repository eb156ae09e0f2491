"""Payloads cross a border as JSON and survive changes of the code on either side."""

import json

import pytest

from shared.runs.orchestration import OrchestrationState, Outcome, PollPolicy, RunRef

STATE = OrchestrationState(
    ref=RunRef(run="a-0123456789", model="a", attempt=2),
    policy=PollPolicy(first_delay=0.5),
    step=3,
    closing=Outcome.refuse("cancelled", "why").to_dict(),
)


def test_payload_survives_json() -> None:
    """What is written, sent as JSON and read is equal, nested payloads included."""
    sent = json.loads(json.dumps(STATE.to_dict()))

    assert OrchestrationState.from_dict(sent) == STATE


def test_payload_says_its_schema_version() -> None:
    """Every payload, the nested ones too, carries its schema version."""
    data = STATE.to_dict()

    assert (data["schema_version"], data["ref"]["schema_version"]) == (1, 1)


def test_field_of_a_newer_sender_is_ignored() -> None:
    """A field that this code does not know is passed over, at any depth."""
    data = STATE.to_dict() | {"later": 1}
    data["ref"] = data["ref"] | {"tenant": "x"}

    assert OrchestrationState.from_dict(data) == STATE


def test_field_that_an_older_sender_lacked_has_its_default() -> None:
    """A missing field with a default takes it."""
    ref = RunRef.from_dict({"run": "a-0123456789", "model": "a"})

    assert ref.attempt == 1


@pytest.mark.parametrize("data", [None, [], "a", {}, {"run": "a-0123456789"}])
def test_what_is_no_such_payload_is_refused(data: object) -> None:
    """No object, or one without a field that has no default, is an error of the program."""
    with pytest.raises(TypeError):
        RunRef.from_dict(data)


def test_refusal_of_a_payload_shows_little_of_it() -> None:
    """The error shows at most 80 characters of what came."""
    with pytest.raises(TypeError) as caught:
        RunRef.from_dict("x" * 1000)

    assert len(str(caught.value)) < 150
