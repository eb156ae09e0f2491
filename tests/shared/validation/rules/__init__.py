"""The rules, each with the fault that it finds and its good twin."""

from typing import Any, NamedTuple

from shared.validation import Report
from tests.shared.validation.rows import Row, chat, say


class Case(NamedTuple):
    """A row with one fault, and the same row without it."""

    rule: str
    path: str
    bad: Any
    good: Any
    level: str = "error"
    method: str = "sft"
    options: dict[str, Any] = {}  # noqa: RUF012


GOOD = chat()
A0, A1, A2 = "$.messages[0]", "$.messages[1]", "$.messages[2]"
W = "warning"


def talk(*answers: Row) -> Row:
    """A question with these answers."""
    return chat(say("user", "2+2?"), *answers)


def places(report: Report, rule: str) -> list[tuple[str, int | None, int | None]]:
    """Level, line and example of every finding of a rule."""
    return [(f.level, f.line, f.example) for f in report.findings if f.rule == rule]
