"""Which prompts the two models answer.

They come from `<name>.eval.jsonl` if it is there, else from the user turns of the validation file,
else from the first training examples. A line of an eval file is a chat (`{"messages": [...]}`), a
plain JSON string, or an object with `prompt`; anything else is passed over.

The answer that is expected is the line's `expected`, or in a chat the assistant's turn that follows
the last user turn. It is a text, or calls of tools. A line need not have one.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from shared.evaluation.tool_calls import read_calls

Prompt = list[dict[str, Any]]
TOOL_ROWS = 200  # rows that are read to learn a dataset's tools
MOST_TOOLS = 128  # of one request


@dataclass(frozen=True)
class Question:
    """What both models are asked.

    Attributes:
        messages: Up to the last user turn.
        expected: The text that is expected; empty where nobody said what to answer.
        expected_calls: The calls of tools that are expected instead.
        tools: What the model may call, as in OpenAI's API.
    """

    messages: Prompt
    expected: str = ""
    expected_calls: tuple[dict[str, Any], ...] = ()
    tools: tuple[dict[str, Any], ...] = ()


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


def tools_from(chunks: Iterable[bytes]) -> tuple[dict[str, Any], ...]:
    """The tools of a file's first rows, each name once: what a model was trained to call."""
    found: dict[str, dict[str, Any]] = {}
    for line in islice(_lines(chunks), TOOL_ROWS):
        for tool in _tools(_fields(line) or {}):
            found.setdefault(str(tool["function"]["name"]), tool)
    return tuple(found.values())[:MOST_TOOLS]


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
    yield rest


def _question(line: bytes) -> Question | None:
    fields = _fields(line)
    if fields is None:
        return None
    found = _asked(fields)
    if found is None:
        return None
    expected = fields.get("expected")
    if _text(expected):
        found = replace(found, expected=_text(expected), expected_calls=())
    elif calls := read_calls(expected):
        found = replace(found, expected="", expected_calls=calls)
    return replace(found, tools=_tools(fields))


def _asked(fields: dict[str, Any]) -> Question | None:
    if isinstance(fields.get("input"), dict):  # a pair of preferred and other answer
        messages, preferred = fields["input"].get("messages"), fields.get("preferred_output")
        return _chat([*_list(messages), *_list(preferred)])
    if isinstance(fields.get("messages"), list):
        return _chat(fields["messages"])
    text = _text(fields.get("prompt"))
    return Question([{"role": "user", "content": text}]) if text else None


def _fields(line: bytes) -> dict[str, Any] | None:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else {"prompt": row}


def _tools(fields: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    given = fields.get("input") if isinstance(fields.get("input"), dict) else fields
    return tuple(one for one in _list((given or {}).get("tools")) if _is_function(one))


def _is_function(tool: object) -> bool:
    function = tool.get("function") if isinstance(tool, dict) else None
    return isinstance(function, dict) and isinstance(function.get("name"), str)


def _is_repeated(question: Question, found: list[Question]) -> bool:
    return any(question.messages == other.messages for other in found)


def _is_encodable(question: Question) -> bool:
    """Whether it has UTF-8; JSON's escapes allow half a character, which no request can carry."""
    try:
        parts = [question.messages, question.expected, question.expected_calls, question.tools]
        json.dumps(parts, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        return False
    return True


def _chat(messages: list[Any]) -> Question | None:
    """The messages up to the last user turn, as chat takes them: without training's `weight`."""
    kept = [
        {name: value for name, value in one.items() if name != "weight"}
        for one in messages
        if isinstance(one, dict)
    ]
    after: dict[str, Any] = {}
    while kept and kept[-1].get("role") != "user":
        after = kept.pop()
    if not kept:
        return None
    if after.get("role") != "assistant":
        return Question(kept)
    calls = read_calls(_list(after.get("tool_calls")))
    return Question(kept, "" if calls else _text(after.get("content")), calls)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
