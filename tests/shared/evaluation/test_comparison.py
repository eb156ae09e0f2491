"""The report of a comparison."""

import json

from shared.evaluation import Comparison

PROMPTS = [[{"role": "user", "content": text}] for text in ("One?", "Two?")]
BEGUN = Comparison.of("a-0123456789", "base", "a-0123456789", "a.jsonl", PROMPTS)


def test_comparison_is_complete_when_both_answered_every_prompt() -> None:
    """Half an answer is kept, and does not make a pair complete."""
    half = BEGUN.answered(0, base={"text": "b"}).answered(
        1, base={"text": "b"}, tuned={"text": "t"}
    )

    whole = half.answered(0, tuned={"text": "t"})

    assert [pair.answered for pair in half.pairs] == [False, True]
    assert (BEGUN.complete, half.complete, whole.complete) == (False, False, True)


def test_answer_is_not_lost_by_a_later_one() -> None:
    """Adding the tuned answer keeps the base's."""
    found = BEGUN.answered(0, base={"text": "b"}).answered(0, tuned={"text": "t"}).pairs[0]

    assert (found.base, found.tuned) == ({"text": "b"}, {"text": "t"})


def test_report_is_read_as_it_was_written() -> None:
    """A comparison survives its report, half answered as it is."""
    half = BEGUN.answered(1, base={"text": "ö", "seconds": 0.5})

    assert Comparison.from_report(json.loads(json.dumps(half.to_dict()))) == half


def test_comparison_without_prompts_is_complete() -> None:
    """Nothing to ask is nothing to wait for."""
    assert Comparison.of("a-0123456789", "base", "tuned", "a.jsonl", []).complete
