"""Prompts from the first examples."""

from shared.validation.prompts import first_prompts
from tests.shared.validation.rows import chat, lines, preference, say

SYSTEM = say("system", "Be brief.")


def test_prompt_ends_with_the_last_user_turn() -> None:
    """Answers before the last question stay, weights and the final answer go."""
    before = (SYSTEM, say("user", "a"), say("assistant", "b", weight=0))
    row = chat(*before, say("user", "c"), say("assistant", "d"))

    assert first_prompts([lines(row)], 5) == [
        [SYSTEM, say("user", "a"), say("assistant", "b"), say("user", "c")]
    ]


def test_no_more_than_asked_for_is_read() -> None:
    """Reading stops when there are enough prompts."""
    row = lines(*[chat()] * 20_000)

    def chunks() -> object:
        yield row
        yield row
        raise AssertionError("read too far")

    assert len(first_prompts(chunks(), 3)) == 3  # type: ignore[arg-type]


def test_rows_without_a_question_are_passed_over() -> None:
    """Broken rows and rows without a user turn give no prompt; preference rows give theirs."""
    data = lines(b"oops", b"", [1], {"messages": 3}, chat(say("assistant", "x")), preference(1))

    assert first_prompts([data], 5) == [[say("user", "How much is 1 and one?")]]
