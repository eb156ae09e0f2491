"""The comparison of base and tuned model as part of a page. Everything in it is escaped."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

_SIDES = ("base", "tuned")
_STYLE = (
    "<style>.compared{border-collapse:collapse;width:100%}"
    ".compared td,.compared th{border:1px solid #8888;padding:.5em;vertical-align:top;"
    "text-align:left;overflow-wrap:anywhere}.compared small{opacity:.75}</style>"
)


def comparison(evaluation: Mapping[str, Any]) -> str:
    """Summary, figures, and each prompt with both answers, as HTML."""
    parts = (*_head(evaluation), _figures(evaluation), *_judge(evaluation), _answers(evaluation))
    return f"{_STYLE}<h2>Base and tuned</h2>{''.join(parts)}"


def _head(evaluation: Mapping[str, Any]) -> Iterator[str]:
    summary, gate = evaluation.get("summary") or {}, evaluation.get("gate") or {}
    if summary.get("text"):
        yield f"<p><strong>{_text(summary['text'])}</strong></p>"
    if gate.get("text"):
        yield f"<p>{_text(gate['text'])}</p>"
    if evaluation.get("checkpoint"):
        yield f"<p>{_text(evaluation['checkpoint'])}</p>"
    yield f"<p>Prompts from {_text(evaluation.get('source'))}.</p>"
    yield from _opening(evaluation)


def _opening(evaluation: Mapping[str, Any]) -> Iterator[str]:
    """What both models got with every prompt."""
    system = evaluation.get("system_message")
    shown = [{"role": "system", "content": system}] if system else []
    shown += evaluation.get("examples") or []
    if shown:
        lines = "".join(
            f"<dt>{_text(one.get('role'))}</dt><dd>{_text(one.get('content'))}</dd>"
            for one in shown
        )
        yield "<details><summary>What both got before each prompt, as chat sends it</summary>"
        yield f"<dl>{lines}</dl></details>"


def _figures(evaluation: Mapping[str, Any]) -> str:
    summary = evaluation.get("summary")
    if not summary:
        return ""
    rows = (
        ("mean score", summary.get("base_score"), summary.get("score")),
        *_spent(summary, "prompt tokens", "prompt_tokens"),
        *_spent(summary, "answer tokens", "completion_tokens"),
        *_spent(summary, "mean seconds", "seconds"),
    )
    body = "".join(
        f"<tr><th>{name}</th><td>{_number(base)}</td><td>{_number(tuned)}</td></tr>"
        for name, base, tuned in rows
    )
    graders = ", ".join(escape(str(one.get("type"))) for one in evaluation.get("graders", []))
    graded = f"<p>Graded by {graders}.</p>" if graders else ""
    return f'{graded}<table class="compared">{_heads(evaluation, "")}<tbody>{body}</tbody></table>'


def _spent(summary: Mapping[str, Any], name: str, key: str) -> Iterator[tuple[str, Any, Any]]:
    base, tuned = (summary.get(side) or {} for side in _SIDES)
    yield name, base.get(key), tuned.get(key)


def _judge(evaluation: Mapping[str, Any]) -> Iterator[str]:
    judge = evaluation.get("judge")
    if judge:
        who = _text(judge.get("deployment"))
        yield f"<details><summary>What the judge {who} was told</summary>"
        yield f"<p>{_text(judge.get('prompt'))}</p></details>"


def _answers(evaluation: Mapping[str, Any]) -> str:
    rows = "".join(map(_row, evaluation.get("pairs", [])))
    heads = _heads(evaluation, "Prompt")
    return f'<table class="compared">{heads}<tbody>{rows}</tbody></table>'


def _heads(evaluation: Mapping[str, Any], first: str) -> str:
    cells = (f"<th>{side}: {_text(evaluation.get(side))}</th>" for side in _SIDES)
    return f"<thead><tr><th>{first}</th>{''.join(cells)}</tr></thead>"


def _row(pair: Mapping[str, Any]) -> str:
    cells = (_prompt(pair), *(_answer(pair.get(side)) for side in _SIDES))
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _prompt(pair: Mapping[str, Any]) -> str:
    asked = [one for one in pair.get("messages", []) if one.get("role") == "user"]
    parts = [_text(asked[-1].get("content")) if asked else ""]
    if pair.get("expected"):
        parts.append(f"<small>expected: {_text(pair['expected'])}</small>")
    judged = pair.get("judged")
    if judged:
        # As the judge saw them: who was Answer 1 is part of the record.
        seen = ", ".join(map(_text, judged.get("order", [])))
        winner = _text(judged.get("winner") or "no clear word")
        parts.append(
            f"<small>judge: {winner}. {_text(judged.get('reason'))} (order: {seen})</small>"
        )
    return "<br>".join(parts)


def _answer(answer: Mapping[str, Any] | None) -> str:
    if not answer:
        return "<em>not asked yet</em>"
    if answer.get("error"):
        return f"<em>{_text(answer['error'])}</em>"
    return f"{_text(answer.get('text'))}<br><small>{_measured(answer)}</small>"


def _measured(answer: Mapping[str, Any]) -> str:
    scores = [f"{_text(name)} {_number(value)}" for name, value in _scores(answer)]
    tokens = f"{answer.get('prompt_tokens', 0)} + {answer.get('completion_tokens', 0)} tokens"
    return ", ".join([*scores, escape(tokens), f"{_number(answer.get('seconds'))} s"])


def _scores(answer: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return list((answer.get("scores") or {}).items())


def _number(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, int | float) else "-"


def _text(value: object) -> str:
    return escape(str(value or "")).replace("\n", "<br>")
