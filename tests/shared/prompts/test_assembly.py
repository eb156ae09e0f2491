"""What stands before a caller's messages."""

import pytest

from shared.prompts.assembly import assemble

USER = {"role": "user", "content": "Where?"}
SYSTEM = {"role": "system", "content": "Be brief."}
OTHER = {"role": "developer", "content": "Be kind."}
SHOT = [{"role": "user", "content": "Rome?"}, {"role": "assistant", "content": "Ah!"}]


@pytest.mark.parametrize(
    ("messages", "system", "expected"),
    [
        ([USER], "Be brief.", [SYSTEM, *SHOT, USER]),
        ([USER], "", [*SHOT, USER]),
        ([OTHER, USER], "Be brief.", [OTHER, *SHOT, USER]),
        ([USER, OTHER], "Be brief.", [*SHOT, USER, OTHER]),
        ([SYSTEM, OTHER], "Be kind.", [SYSTEM, OTHER, *SHOT]),
        ([*SHOT, USER], "", [*SHOT, *SHOT, USER]),
    ],
)
def test_examples_stand_behind_the_system_message(
    messages: list[dict[str, str]], system: str, expected: list[dict[str, str]]
) -> None:
    """The model's own system message comes only where the caller brings none."""
    assert assemble(messages, system, SHOT) == expected


def test_nothing_to_add_changes_nothing() -> None:
    """A model without system message and examples gets what the caller sent."""
    assert assemble([USER, OTHER]) == [USER, OTHER]
