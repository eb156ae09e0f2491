"""The report of a run as a page: the stored page of the validation, and the comparison below it."""

from collections.abc import Mapping
from html import escape
from typing import Any

_END = "</body>"
_EMPTY = '<!doctype html><html lang="en"><head><meta charset="utf-8"></head><body></body></html>'


def report(validation: bytes | None, evaluation: Mapping[str, Any] | None) -> str:
    """A whole HTML page; what is not made yet is left out."""
    page = validation.decode() if validation else _EMPTY
    if evaluation is None:
        return page
    before, end, after = page.rpartition(_END)
    if not end:
        return page + comparison(evaluation)
    return before + comparison(evaluation) + end + after


def comparison(evaluation: Mapping[str, Any]) -> str:
    """Base and tuned answers side by side, everything in them escaped."""
    rows = "".join(_row(pair) for pair in evaluation.get("pairs", []))
    source = escape(str(evaluation.get("source", "")))
    heads = [escape(str(evaluation.get(side, ""))) for side in ("base", "tuned")]
    return (
        f"<h2>Base and tuned</h2><p>Prompts from {source}.</p>"
        '<table border="1" cellpadding="6"><thead><tr><th>Prompt</th>'
        f"<th>base: {heads[0]}</th><th>tuned: {heads[1]}</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def _row(pair: Mapping[str, Any]) -> str:
    cells = (
        _prompt(pair.get("messages", [])),
        _answer(pair.get("base")),
        _answer(pair.get("tuned")),
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _prompt(messages: list[Mapping[str, Any]]) -> str:
    asked = [one for one in messages if one.get("role") == "user"]
    return _text(asked[-1].get("content")) if asked else ""


def _answer(answer: Mapping[str, Any] | None) -> str:
    if not answer:
        return "<em>not asked yet</em>"
    if answer.get("error"):
        return f"<em>{escape(str(answer['error']))}</em>"
    return _text(answer.get("text"))


def _text(value: object) -> str:
    return escape(str(value or "")).replace("\n", "<br>")
