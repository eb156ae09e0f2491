"""The report of a comparison."""

import json

from shared.evaluation import Comparison, Question

QUESTIONS = [Question([{"role": "user", "content": text}], "Yes.") for text in ("One?", "Two?")]
BEGUN = Comparison.of("a-0123456789", "base", "a-0123456789", "a.jsonl", QUESTIONS)


def answer(comparison: Comparison, index: int, side: str, text: str) -> Comparison:
    """A comparison with one answer more."""
    return comparison.with_pair(index, comparison.pairs[index].with_answer(side, {"text": text}))


def test_comparison_is_complete_when_both_answered_every_prompt() -> None:
    """Half an answer is kept, and does not make a pair complete."""
    half = answer(BEGUN, 0, "base", "b")
    half = answer(answer(half, 1, "base", "b"), 1, "tuned", "t")

    whole = answer(half, 0, "tuned", "t")

    assert [pair.is_answered for pair in half.pairs] == [False, True]
    assert (BEGUN.complete, half.complete, whole.complete) == (False, False, True)


def test_answer_is_not_lost_by_a_later_one() -> None:
    """Adding the tuned answer keeps the base's."""
    found = answer(answer(BEGUN, 0, "base", "b"), 0, "tuned", "t").pairs[0]

    assert (found.base, found.tuned) == ({"text": "b"}, {"text": "t"})


def test_report_is_read_as_it_was_written() -> None:
    """A comparison survives its report, half answered as it is."""
    half = answer(BEGUN, 1, "base", "ö")

    assert Comparison.from_report(json.loads(json.dumps(half.to_dict()))) == half


def test_report_of_an_older_app_is_read() -> None:
    """A report without graders, expected answers and summary is one that nobody graded."""
    pair = {"messages": [], "base": {"text": "b"}, "tuned": {"text": "t"}}
    old = {"run": "a", "base": "b", "tuned": "t", "source": "s", "pairs": [pair]}

    found = Comparison.from_report(old)

    assert (found.complete, found.pairs[0].is_graded) == (True, False)


def test_comparison_without_prompts_is_complete() -> None:
    """Nothing to ask is nothing to wait for."""
    assert Comparison.of("a-0123456789", "base", "tuned", "a.jsonl", []).complete
