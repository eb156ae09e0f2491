"""What is changed on the way through, and nothing else: the system message and the model's name."""

import json
import re
from collections.abc import Mapping
from typing import Any

_TOKENS = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\]]', re.DOTALL)
_AFTER_KEY = re.compile(rb'\s*:\s*("(?:[^"\\]|\\.)*")', re.DOTALL)
_OWN = frozenset({"system", "developer"})  # roles by which a caller sets the manner himself


def with_system(body: Mapping[str, Any], system_message: str) -> Mapping[str, Any]:
    """`body` with the system message put first, unless the caller has one of their own."""
    messages = body["messages"]
    if not system_message or any(one.get("role") in _OWN for one in messages):
        return body
    first = {"role": "system", "content": system_message}
    return {**body, "messages": [first, *messages]}


def renamed(answer: bytes, name: str) -> bytes:
    """A JSON object with another value for its top-level `model`; all other bytes stay.

    The text is not parsed and written anew: numbers, order, spaces and escapes are the service's.
    """
    depth, position = 0, 0
    while match := _TOKENS.search(answer, position):
        token, position = match[0], match.end()
        if token in b"{[":
            depth += 1
        elif token in b"}]":
            depth -= 1
        elif depth == 1 and token == b'"model"' and (value := _AFTER_KEY.match(answer, position)):
            return answer[: value.start(1)] + json.dumps(name).encode() + answer[value.end(1) :]
    return answer


def renamed_line(line: bytes, name: str) -> bytes:
    """A line of a stream; only `data:` lines with an object are touched."""
    return renamed(line, name) if line.startswith(b"data:") and b"{" in line else line
