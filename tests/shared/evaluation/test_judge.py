"""The judge: order, question, and how its reply is read."""

import pytest

from shared.evaluation.judge import PROMPT, opinion, order, question

USER = {"role": "user", "content": "Where?"}


def test_order_is_random_but_the_same_each_time() -> None:
    """Over many prompts each side comes first about as often; for one prompt always the same."""
    orders = [order("a-0123456789", index) for index in range(200)]

    assert orders == [order("a-0123456789", index) for index in range(200)]
    assert 60 < sum(first == "base" for first, _ in orders) < 140
    assert all({first, second} == {"base", "tuned"} for first, second in orders)


def test_question_has_request_expectation_and_answers() -> None:
    """The judge sees everything but whose answers they are."""
    system, asked = question([USER], "Here.", "There.", "Nowhere.")

    assert system["content"].startswith(PROMPT)
    assert asked["content"] == (
        "# Request\nuser: Where?\n\n# Expected answer\nHere.\n\n"
        "# Answer 1\nThere.\n\n# Answer 2\nNowhere."
    )


def test_own_prompt_keeps_the_form_of_the_reply() -> None:
    """A prompt of the dataset's own replaces the task, not how the judge has to reply."""
    system, asked = question([USER], "", "a", "b", "Prefer rhymes.")

    assert system["content"].startswith("Prefer rhymes.")
    assert '"winner"' in system["content"]
    assert "Expected" not in asked["content"]


@pytest.mark.parametrize(
    ("reply", "winner", "scores"),
    [
        ('{"winner": "1", "reason": "r"}', "tuned", (0.0, 1.0)),
        ('{"winner": 2, "reason": "r"}', "base", (1.0, 0.0)),
        ('Here: ```json\n{"winner": "TIE", "reason": "r"}\n```', "tie", (0.5, 0.5)),
        ("Answer 1 is better.", "", None),
        ('{"winner": "3"}', "", None),
        ('{"winner": ', "", None),
        ("[1]", "", None),
    ],
)
def test_reply(reply: str, winner: str, scores: tuple[float, float] | None) -> None:
    """The winner is the side that stood at that place; an unclear reply is no opinion."""
    found = opinion(reply, ("tuned", "base"))

    assert (found.winner, found.scores()) == (winner, scores)
    assert found.reason
