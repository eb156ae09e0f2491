"""Calls of tools as answers: what is expected, what was given, and how near the two are.

A call is an object with `name` and `arguments`, which are JSON in a string, as the service has
them. The order of calls and of arguments says nothing.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Call = Mapping[str, Any]


def read_calls(value: object) -> tuple[dict[str, Any], ...]:
    """The calls of an assistant's `tool_calls`, or of an eval file's `expected`.

    Args:
        value: One call or a list of them, each with `name` and `arguments` (an object, or JSON in a
            string), by itself or in `function`. What is no call is left out.
    """
    given = value if isinstance(value, list) else [value]
    inner = [one.get("function", one) for one in given if isinstance(one, dict)]
    return tuple(
        {"name": one["name"], "arguments": _as_text(one.get("arguments", {}))}
        for one in inner
        if isinstance(one, dict) and isinstance(one.get("name"), str)
    )


def show_calls(calls: Iterable[Call]) -> str:
    """Calls as people and judges read them: `find_repair({"number": "4711"})`."""
    return "\n".join(f"{one['name']}({one['arguments']})" for one in calls)


def grade_calls(given: Sequence[Call], expected: Sequence[Call], *, partial: bool) -> float:
    """How near calls are to the expected ones, from 0 to 1.

    Args:
        given: What a model called; may be empty.
        expected: At least one call.
        partial: Whether a call of the right tool with some wrong arguments counts for something:
            for the share of its name and arguments that are right. Otherwise all must be right.
    """
    left = list(given)
    total = 0.0
    for wanted in expected:
        best = max(left, key=lambda one: _likeness(one, wanted), default=None)
        if best is not None and (likeness := _likeness(best, wanted)):
            left.remove(best)
            total += likeness
    # A call too many is as wrong as one that is missing.
    share = total / max(len(given), len(expected))
    return share if partial else float(share == 1.0)


def _likeness(given: Call, wanted: Call) -> float:
    if given["name"] != wanted["name"]:
        return 0.0
    one, other = (_arguments(call["arguments"]) for call in (given, wanted))
    if not isinstance(one, dict) or not isinstance(other, dict):
        return float(one == other)
    same = sum(_is_same(one[name], other[name]) for name in one.keys() & other.keys())
    return (1 + same) / (1 + len(one.keys() | other.keys()))


def _is_same(one: object, other: object) -> bool:
    # To Python true is 1; to a tool it is not.
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _arguments(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _as_text(arguments: object) -> str:
    return arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
