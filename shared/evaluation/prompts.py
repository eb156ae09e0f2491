"""Which prompts the two models answer.

They come from `<name>.eval.jsonl` if it is there, else from the user turns of the validation file,
else from the first training examples. A line of an eval file is a chat (`{"messages": [...]}`), a
plain JSON string, or an object with `prompt`; anything else is passed over.

The answer that is expected is the line's `expected`, or in a chat the assistant's turn that follows
the last user turn. A line need not have one.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

Prompt = list[dict[str, Any]]


@dataclass(frozen=True)
class Question:
    """What both models are asked; `expected` is empty where nobody said what to answer."""

    messages: Prompt
    expected: str = ""


def questions_from(chunks: Iterable[bytes], limit: int) -> list[Question]:
    """The first `limit` questions of a JSONL file: each chat up to its last user turn.

    Only as much of the file is read as they need; what is asked twice counts once.
    """
    found: list[Question] = []
    for line in _lines(chunks):
        question = _question(line)
        if question and _is_encodable(question) and not _is_repeated(question, found):
            found.append(question)
        if len(found) == limit:
            break
    return found


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
    yield rest


def _question(line: bytes) -> Question | None:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    fields = row if isinstance(row, dict) else {"prompt": row}
    if isinstance(fields.get("input"), dict):  # a pair of preferred and other answer
        messages, preferred = fields["input"].get("messages"), fields.get("preferred_output")
        both = [*_list(messages), *_list(preferred)]
        return _chat(both, _text(fields.get("expected")))
    if isinstance(fields.get("messages"), list):
        return _chat(fields["messages"], _text(fields.get("expected")))
    text = _text(fields.get("prompt"))
    asked = [{"role": "user", "content": text}]
    return Question(asked, _text(fields.get("expected"))) if text else None


def _is_repeated(question: Question, found: list[Question]) -> bool:
    return any(question.messages == other.messages for other in found)


def _is_encodable(question: Question) -> bool:
    """Whether it has UTF-8; JSON's escapes allow half a character, which no request can carry."""
    try:
        json.dumps([question.messages, question.expected], ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        return False
    return True


def _chat(messages: list[Any], expected: str) -> Question | None:
    """The messages up to the last user turn, as chat takes them: without training's `weight`."""
    kept = [
        {name: value for name, value in one.items() if name != "weight"}
        for one in messages
        if isinstance(one, dict)
    ]
    after: dict[str, Any] = {}
    while kept and kept[-1].get("role") != "user":
        after = kept.pop()
    if not expected and after.get("role") == "assistant":
        expected = _text(after.get("content"))
    return Question(kept, expected) if kept else None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
