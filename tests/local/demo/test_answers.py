"""What the demonstration ends with."""

from io import StringIO
from typing import Any

from rich.console import Console

from local.demo.answers import show_answers, show_rejection


def console() -> tuple[Console, StringIO]:
    """A console to write to, and what was written."""
    out = StringIO()
    return Console(file=out, width=160), out


def test_answers_stand_side_by_side() -> None:
    """Each prompt has both answers, or the reason why there is none; brackets are no markup."""
    where, out = console()
    pair = {
        "messages": [{"role": "user", "content": "Where [in] Rome?"}],
        "base": {"text": "[bold]Anywhere."},
        "tuned": {"error": {"code": "x", "message": "It was filtered."}},
    }

    show_answers(where, {"base": "gpt", "tuned": "brolly-1", "pairs": [pair]})

    for text in ("Where [in] Rome?", "[bold]Anywhere.", "It was filtered.", "base (gpt)"):
        assert text in out.getvalue()


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
