"""The report as a page."""

from doors.pages import comparison, report

PAIR = {
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "<b>Paris?</b>\nNow?"},
    ],
    "base": {"text": "A & B"},
    "tuned": {"error": "<timeout>"},
}
EVALUATION = {"base": "b", "tuned": "t<1>", "source": "eval.jsonl", "pairs": [PAIR]}


def test_everything_is_escaped() -> None:
    """Prompts, answers, errors and names are text, whatever they hold."""
    page = comparison(EVALUATION)

    assert "&lt;b&gt;Paris?&lt;/b&gt;<br>Now?" in page
    assert "A &amp; B" in page
    assert "&lt;timeout&gt;" in page
    assert "t&lt;1&gt;" in page
    assert "Be brief." not in page


def test_the_comparison_stands_in_the_stored_page() -> None:
    """The comparison is put at the end of the validation's page."""
    page = report(b"<html><body><p>ok</p></body></html>", EVALUATION)

    assert page.startswith("<html><body><p>ok</p><h2>")
    assert page.endswith("</table></body></html>")


def test_what_is_not_made_is_left_out() -> None:
    """Without a comparison the stored page is all; without that, the comparison has its own."""
    assert report(b"<p>ok</p>", None) == "<p>ok</p>"
    assert report(None, EVALUATION).startswith("<!doctype html>")
    assert report(b"<p>ok</p>", EVALUATION).startswith("<p>ok</p><h2>")


def test_prompts_that_nobody_answered_yet() -> None:
    """A comparison that is being made shows which answers are missing."""
    page = comparison({"pairs": [{"messages": [], "base": None, "tuned": {"text": "x"}}]})

    assert page.count("not asked yet") == 1
