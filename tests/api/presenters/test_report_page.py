"""The report as a page."""

from typing import Any

import pytest

from api.presenters.report_page import comparison, report

PAIR: dict[str, Any] = {
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "<b>Paris?</b>\nNow?"},
    ],
    "base": {"text": "A & B"},
    "tuned": {"error": {"code": "408", "message": "<timeout>"}},
}
EVALUATION = {"base": "b", "tuned": "t<1>", "source": "eval.jsonl", "pairs": [PAIR]}
ANSWER: dict[str, Any] = {"text": "x", "seconds": 0.5, "prompt_tokens": 3, "completion_tokens": 4}
GRADED = {
    **EVALUATION,
    "graders": [{"type": "judge"}, {"type": "similarity"}],
    "judge": {"deployment": "<judge>", "prompt": "<You compare>"},
    "checkpoint": "<checkpoint>",
    "summary": {
        "text": "<Of 1 prompt>",
        "graded": 1,
        "base_score": 0.25,
        "score": None,
        "base": {"seconds": 0.5},
    },
    "gate": {"rule": "score>=1", "passed": False, "text": "<The gate>"},
    "pairs": [
        {
            **PAIR,
            "expected": "<expected>",
            "judged": {"order": ["tuned", "base"], "winner": "base", "reason": "<reason>"},
            "base": {**ANSWER, "scores": {"similarity": 0.25}},
            "tuned": {**ANSWER, "scores": {"similarity": 0.125}},
        }
    ],
}


def test_what_both_models_got_first_is_shown() -> None:
    """System message and examples are on the page, as text; without them nothing is said."""
    example = ({"role": "user", "content": "<Rome?>"}, {"role": "assistant", "content": "Ah & oh"})

    page = comparison({**EVALUATION, "system_message": "<Be kind.>", "examples": example})

    for text in ("&lt;Be kind.&gt;", "&lt;Rome?&gt;", "Ah &amp; oh"):
        assert text in page
    assert "before each prompt" in page
    assert "before each prompt" not in comparison(EVALUATION)


def test_everything_is_escaped() -> None:
    """Prompts, answers, errors and names are text, whatever they hold."""
    page = comparison(EVALUATION)

    assert "&lt;b&gt;Paris?&lt;/b&gt;<br>Now?" in page
    assert "A &amp; B" in page
    assert "&lt;timeout&gt;" in page
    assert "t&lt;1&gt;" in page
    assert "Be brief." not in page


@pytest.mark.parametrize(
    "text",
    ["judge", "You compare", "checkpoint", "Of 1 prompt", "The gate", "expected", "reason"],
)
def test_findings_are_shown(text: str) -> None:
    """Meaning, gate, checkpoint and the judge's words are on the page, as text."""
    page = comparison(GRADED)

    assert f"&lt;{text}&gt;" in page
    assert f"<{text}>" not in page


def test_figures_of_each_answer() -> None:
    """Beside each answer stand its scores, tokens and seconds, and what the judge saw first."""
    page = comparison(GRADED)

    assert "similarity 0.25, 3 + 4 tokens, 0.5 s" in page
    assert "similarity 0.125" in page
    assert "(order: tuned, base)" in page
    assert "<th>mean score</th><td>0.25</td><td>-</td>" in page


def test_the_comparison_stands_in_the_stored_page() -> None:
    """The comparison is put at the end of the validation's page."""
    page = report(b"<html><body><p>ok</p></body></html>", EVALUATION)

    assert page.startswith("<html><body><p>ok</p><style>")
    assert page.endswith("</table></body></html>")


def test_what_nobody_graded_names_no_grader() -> None:
    """Where no answer got a score, the page names no grader and no mean score."""
    assert "Graded by judge, similarity." in comparison(GRADED)
    page = comparison({**GRADED, "summary": {"text": "Nothing.", "graded": 0}})

    assert "Graded by" not in page
    assert "mean score" not in page


def test_what_is_not_made_is_left_out() -> None:
    """Without a comparison the stored page is all; without that, the comparison has its own."""
    assert report(b"<p>ok</p>", None) == "<p>ok</p>"
    assert report(None, EVALUATION).startswith("<!doctype html>")
    assert "<h2>Base and tuned</h2>" in report(b"<p>ok</p>", EVALUATION)


def test_prompts_that_nobody_answered_yet() -> None:
    """A comparison that is being made shows which answers are missing."""
    page = comparison({"pairs": [{"messages": [], "base": None, "tuned": {"text": "x"}}]})

    assert page.count("not asked yet") == 1


def test_calls_are_shown() -> None:
    """Calls of tools stand in place of the text, escaped, the expected ones beside the prompt."""
    call = {"name": "<find>", "arguments": '{"x": "<1>"}'}
    pair = {**PAIR, "expected_calls": [call], "base": {**ANSWER, "text": "", "calls": [call, call]}}

    page = comparison({**EVALUATION, "pairs": [pair]})

    assert page.count("&lt;find&gt;({&#34;x&#34;: &#34;&lt;1&gt;&#34;})") == 3
