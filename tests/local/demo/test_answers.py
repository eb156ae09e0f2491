"""What the demonstration ends with."""

from io import StringIO
from typing import Any

from rich.console import Console

from local.demo.answers import SHOWN_PROMPTS, show_answers, show_rejection


def console() -> tuple[Console, StringIO]:
    """A console to write to, and what was written."""
    out = StringIO()
    return Console(file=out, width=160), out


def comparison(*pairs: dict[str, Any]) -> dict[str, Any]:
    """A comparison as the app answers it, with these pairs."""
    return {"run": "run-1", "base": "gpt", "tuned": "brolly-1", "pairs": list(pairs)}


def test_answers_stand_side_by_side() -> None:
    """Each prompt has both answers, or the reason why there is none; brackets are no markup."""
    where, out = console()
    pair = {
        "messages": [{"role": "user", "content": "Where [in] Rome?"}],
        "base": {"text": "[bold]Anywhere."},
        "tuned": {"error": {"code": "x", "message": "It was filtered."}},
    }

    show_answers(where, comparison(pair))

    for text in ("Where [in] Rome?", "[bold]Anywhere.", "It was filtered.", "base (gpt)"):
        assert text in out.getvalue()


def test_grading_is_shown() -> None:
    """Scores stand below the answers; what the comparison means and the gate's verdict follow."""
    where, out = console()
    pair = {
        "messages": [{"role": "user", "content": "Rain?"}],
        "base": {"text": "Perhaps.", "score": 0.25},
        "tuned": {"text": "Hooray!", "score": None},
    }
    graded = {
        "summary": {"text": "The tuned model won."},
        "gate": {"text": "The gate is passed."},
    }

    show_answers(where, comparison(pair) | graded)

    for text in ("score 0.25", "The tuned model won.", "The gate is passed.", "[emulated]"):
        assert text in out.getvalue()
    assert out.getvalue().count("score") == 1


def test_many_prompts_are_shortened() -> None:
    """The first ones are shown, and where the others are."""
    where, out = console()
    pairs = [
        {
            "messages": [{"role": "user", "content": f"Prompt {number}?"}],
            "base": {"text": "No."},
            "tuned": {"text": "Yes."},
        }
        for number in range(SHOWN_PROMPTS + 2)
    ]

    show_answers(where, comparison(*pairs))

    assert f"Prompt {SHOWN_PROMPTS - 1}?" in out.getvalue()
    assert f"Prompt {SHOWN_PROMPTS}?" not in out.getvalue()
    assert "2 more are in the report (GET runs/run-1/report)." in out.getvalue()


def test_rejection_names_every_fault_with_its_line() -> None:
    """Each fault has place, message and hint."""
    where, out = console()
    run = {"phase": "rejected", "error": {"message": "Faults.", "hint": "Fix a.jsonl."}}
    faults: list[dict[str, Any]] = [
        {"line": 3, "path": "$.messages", "message": "It is empty.", "hint": "Fill it."},
        {"line": None, "path": "$", "message": "Too few examples.", "hint": "Add some."},
    ]

    show_rejection(where, run, faults)

    assert out.getvalue().splitlines() == [
        "The run ended as rejected: 2 faults",
        "  line 3, $.messages: It is empty.",
        "      Fill it.",
        "  Too few examples.",
        "      Add some.",
        "Fix a.jsonl.",
    ]


def test_failure_without_faults_says_why() -> None:
    """A run that ended otherwise shows its error."""
    where, out = console()

    show_rejection(where, {"phase": "failed", "error": {"message": "No quota.", "hint": ""}}, [])

    assert out.getvalue() == "The run ended as failed: No quota.\n"
