"""Examples that chat puts before the caller's messages."""

from typing import Any

import pytest

from shared.datasets import tune_options
from shared.prompts import few_shot
from shared.registry.parts import Example

PAIR = {"user": "Rome?", "assistant": "Ah, Rome! 🛵"}


def test_good_examples_have_no_fault() -> None:
    """Pairs of texts are kept as examples, and given back as messages."""
    assert list(few_shot.faults([PAIR] * few_shot.MOST)) == []
    assert few_shot.examples([PAIR]) == (Example(**PAIR),)
    assert few_shot.messages([Example(**PAIR)]) == (
        {"role": "user", "content": PAIR["user"]},
        {"role": "assistant", "content": PAIR["assistant"]},
    )


def test_no_examples_are_no_messages() -> None:
    """A version without examples keeps nothing."""
    assert (few_shot.examples([]), few_shot.messages(())) == ((), ())


@pytest.mark.parametrize(
    ("value", "paths"),
    [
        ([], [""]),
        ({}, [""]),
        ([PAIR] * (few_shot.MOST + 1), [""]),
        (["x", PAIR, {"user": "a"}], ["[0]", "[2].assistant"]),
        ([{**PAIR, "user": ""}], ["[0].user"]),
        ([{**PAIR, "user": "\ud800"}], ["[0].user"]),
        ([{**PAIR, "system": "a"}], ["[0].system"]),
        ([{**PAIR, "user": "x" * few_shot.LONGEST}], [""]),
    ],
)
def test_every_fault_has_its_place(value: Any, paths: list[str]) -> None:
    """What is wrong is reported with the place in the list."""
    assert [path for path, _, _ in few_shot.faults(value)] == paths


def test_faults_are_the_options_faults() -> None:
    """In `<name>.tune.json` they are reported like those of any option."""
    tune, faults = tune_options.parse(b'{"examples": [{"user": "a"}]}')

    assert tune.examples == []
    assert [fault.path for fault in faults] == ["$.examples[0].assistant"]
