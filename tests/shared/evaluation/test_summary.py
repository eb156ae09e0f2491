"""The summary of a comparison."""

import pytest

from shared.evaluation import Pair
from shared.evaluation.summary import summarise, wilson

SPENT = {"prompt_tokens": 10, "completion_tokens": 5, "seconds": 2.0}


def pair(base: float | None, tuned: float | None) -> Pair:
    """A prompt whose answers have these scores."""
    return Pair((), {**SPENT, "score": base}, {**SPENT, "score": tuned})


def test_wins_ties_and_losses() -> None:
    """A tie counts half; a prompt without scores counts not at all."""
    pairs = [pair(0, 1), pair(0, 0.5), pair(0.5, 0.5), pair(1, 0), pair(None, None)]

    found = summarise(pairs)

    assert (found.prompts, found.graded) == (5, 4)
    assert (found.wins, found.ties, found.losses) == (2, 1, 1)
    assert found.win_rate == 0.625
    assert (found.base_score, found.score, found.gain) == (0.375, 0.5, 0.125)


@pytest.mark.parametrize(
    ("rate", "number", "low", "high"),
    # From Wilson's formula, worked by hand with z = 1.96; 8 of 10 is the textbook's example.
    [
        (0.8, 10, 0.4902, 0.9433),
        (0.5, 100, 0.4038, 0.5962),
        (1.0, 5, 0.5655, 1.0),
        (0.0, 1, 0, 0.7935),
    ],
)
def test_interval(rate: float, number: int, low: float, high: float) -> None:
    """The interval is Wilson's: it never leaves 0 to 1, and is wide for few prompts."""
    assert wilson(rate, number) == pytest.approx((low, high), abs=2e-4)


@pytest.mark.parametrize(
    ("pairs", "meaning"),
    [
        ([pair(0, 1)] * 2, "not statistically significant"),
        ([pair(0, 1)] * 5, "significantly better than the base model"),
        ([pair(1, 0)] * 5, "significantly worse than the base model"),
        ([pair(None, None)], "nothing says which answers are better"),
        ([], "No prompts were found"),
    ],
)
def test_sentence_says_what_it_means(pairs: list[Pair], meaning: str) -> None:
    """The sentence claims no more than the interval allows."""
    assert meaning in summarise(pairs).text


def test_training_prompts_claim_nothing() -> None:
    """Where the model was trained on the prompts, that is said first and nothing is claimed."""
    found = summarise([pair(0, 1)] * 5, seen_in_training=True)

    assert found.text.startswith("The prompts are training examples, which favours the tuned")
    assert found.inconclusive in found.text
    assert ("5 better" in found.text, "significant" in found.text) == (True, False)
    assert "training examples" not in summarise([pair(0, 1)] * 5).text


@pytest.mark.parametrize(("answered", "conclusive"), [(0, False), (2, False), (3, True)])
def test_too_few_answers_show_nothing(answered: int, conclusive: bool) -> None:
    """With less than half of the prompts answered by both models nothing is claimed."""
    gone = Pair((), {"error": {"code": "410", "message": "Retired."}, "score": None}, {**SPENT})

    found = summarise([pair(0, 1)] * answered + [gone] * (5 - answered))

    assert (found.comparable, found.graded) == (answered, answered)
    assert (found.inconclusive == "") == conclusive
    assert f"The base model gave no answer to {5 - answered} prompts: Retired." in found.text


def test_an_error_is_no_worse_answer() -> None:
    """A pair with an error is not compared, whatever scores it was given."""
    failed = Pair((), {"error": {"code": "410"}, "score": 0.0}, {**SPENT, "score": 1.0})

    found = summarise([failed] * 5)

    assert (found.graded, found.wins, found.win_rate) == (0, 0, None)
    assert "better" not in found.text


def test_tokens_and_seconds_of_answers_that_were_given() -> None:
    """A refusal has neither tokens nor time."""
    refused = Pair((), {"error": {}, "score": 0.0}, {**SPENT, "score": 1.0})

    found = summarise([pair(0, 1), refused])

    assert found.base == {"answers": 1, "prompt_tokens": 10, "completion_tokens": 5, "seconds": 2.0}
    assert found.tuned == {
        "answers": 2,
        "prompt_tokens": 20,
        "completion_tokens": 10,
        "seconds": 2.0,
    }
