"""A model as a Markdown card. Whatever comes from a dataset is escaped: it is text, no markup."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from api.schemas import models as schemas
from api.schemas.costs import Amount
from shared.validation.report.display import escape_controls

#: What Markdown, GitHub's dialect included, or HTML acts on within a line: signs of its own,
#: a `_` at the edge of a word, what makes a link of an address, and what begins a list or heading.
#: A backslash may stand before each; all other text stays as a person wrote it.
_MARKUP = re.compile(
    r"[\\`*{}\[\]<>#|&~$^@!]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])"
    r"|:(?=[/A-Za-z+])|(?<=www)\.|^[-+=]|(?<=^\d)[.)]|(?<=^\d\d)[.)]",
    re.IGNORECASE,
)
_UNKNOWN = "unknown"


def card(model: schemas.ModelDetail) -> str:
    """The card: what the model is, how it was made, how well it does, what it costs."""
    active = next((one for one in model.lineage if one.active), None)
    parts = [f"# {_text(model.model)}", _lead(model, active)]
    if active is not None:
        parts += [*_about(active), *_chat(model.chat)]
    parts += _versions(model)
    return "\n\n".join(parts) + "\n"


def _lead(model: schemas.ModelDetail, active: schemas.ModelVersion | None) -> str:
    if active is None:
        return "No version of this model serves."
    base = _text(active.training.base_model or _UNKNOWN)
    wanted = f" {_text(model.wanted)} is being woken to take its place." if model.wanted else ""
    return (
        f"A fine-tuned {base}. Version {_text(active.run)} is active, and is "
        f"{_text(active.phase)}.{wanted}"
    )


def _about(one: schemas.ModelVersion) -> Iterator[str]:
    yield "## Data"
    yield _list(
        {
            "dataset": one.data.blob,
            "examples": one.data.examples,
            "tokens": one.data.tokens,
            "bytes": one.data.bytes,
            "ETag": one.data.etag,
            "SHA-256": one.data.sha256,
        }
    )
    yield "## Training"
    yield _list(
        {
            "base model": one.training.base_model,
            "method": one.training.method,
            "type": one.training.training_type,
            "job": one.training.job,
            "tuned model": one.training.tuned_model,
            "trained tokens": one.training.trained_tokens,
            **({"trained hours": hours} if (hours := one.training.trained_hours) else {}),
            **one.training.hyperparameters,
            "checkpoint": one.training.deployed_checkpoint or "the last one",
            **({"checkpoint reason": reason} if (reason := one.training.checkpoint_reason) else {}),
        }
    )
    yield "## Evaluation"
    yield _evaluation(one)
    yield "## Costs and use"
    yield _list(
        {
            "training": _dollars(one.costs.actual.training),
            "hosting": _dollars(one.costs.actual.hosting),
            "chats": _dollars(one.costs.actual.chat),
            "hours deployed": one.costs.hours,
            "last used": one.last_used or "not yet",
            **{f"chats of key {key.name}": key.requests for key in one.usage_by_key},
        }
    )


def _evaluation(one: schemas.ModelVersion) -> str:
    facts = one.evaluation
    found = facts.summary if facts else None
    if not facts or not found:
        return "It was not compared with its base."
    gate = f"\n\n{_text(facts.gate.text)}" if facts.gate and facts.gate.text else ""
    tuned: Mapping[str, Any] = found.get("tuned") or {}
    figures = {
        "mean score": found.get("score"),
        "mean score of the base": found.get("base_score"),
        "mean seconds of an answer": tuned.get("seconds"),
    }
    return f"{_text(found.get('text'))}{gate}\n\n{_list(figures)}"


def _chat(chat: schemas.ChatOptions) -> Iterator[str]:
    yield "## What chat adds"
    if chat.raw or not (chat.system_message or chat.examples):
        yield "Nothing: messages go to the model as they come."
        return
    yield _list({"system message": chat.system_message, "examples": len(chat.examples)})


def _versions(model: schemas.ModelDetail) -> Iterator[str]:
    yield "## Versions"
    head = f"| version | phase | created | examples | win rate | cost |\n|{' --- |' * 6}"
    rows = [
        [
            one.run,
            one.phase,
            one.created,
            one.data.examples,
            _win_rate(one),
            _dollars(one.costs.actual.total),
        ]
        for one in model.lineage
    ]
    yield "\n".join([head, *("| " + " | ".join(map(_text, row)) + " |" for row in rows)])


def _win_rate(one: schemas.ModelVersion) -> object:
    summary = one.evaluation.summary if one.evaluation else None
    return summary.get("win_rate") if summary else None


def _list(values: Mapping[str, object]) -> str:
    return "\n".join(f"* {_text(name)}: {_text(value)}" for name, value in values.items())


def _dollars(amount: Amount) -> str:
    if amount.usd is not None:
        return f"${amount.usd:,.2f}"
    return f"at least ${amount.at_least_usd:,.2f}; {'; '.join(amount.unknown)}"


def _text(value: object) -> str:
    """A value on one line, with every sign that Markdown or HTML would act on made plain.

    What a terminal would act on is shown as its escape: people read cards with `curl`.
    """
    if value is None or value == "":
        return _UNKNOWN
    flat = escape_controls(" ".join(str(value).split()))
    return _MARKUP.sub(r"\\\g<0>", flat)
