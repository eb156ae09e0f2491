"""JSON as the extension writes and reads it, so that results look the same here and in Azure.

The extension's reader (Newtonsoft.Json 13) stops at 64 levels, and so does this host. It also takes
single quotes, comments and more that is no JSON; no client library sends that, and it is refused.
Numbers with an exponent have Python's form: 1e+22 where .NET writes 1E+22, the same number.
"""

import json
import re
from typing import Any

DEPTH = 64
"""How many levels of arrays and objects there may be."""

# Newtonsoft escapes these three even where it leaves other non-ASCII characters as they are.
_ESCAPED = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}
_HALF = re.compile("[\ud800-\udfff]")  # cannot be written as UTF-8; .NET replaces it
_TEXT = r'"(?:[^"\\]|\\.)*"'
_NO_NUMBER = re.compile(rf"{_TEXT}|NaN|-?Infinity")  # .NET writes these as texts
_BRACKET = re.compile(rf"{_TEXT}|[\[\]{{}}]")


class Unreadable(ValueError):  # noqa: N818 - an answer to the caller, 400
    """The text cannot be read.

    Args:
        text: Why.
    """

    KIND = "Newtonsoft.Json.JsonReaderException"
    """The exception of .NET that stands in answers."""


def dump(value: Any) -> str:
    """`value` as compact JSON with non-ASCII characters unescaped."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    if "NaN" in text or "Infinity" in text:
        text = _NO_NUMBER.sub(
            lambda found: f'"{found[0]}"' if found[0][0] != '"' else found[0], text
        )
    return text if text.isascii() else replace_surrogates(text.translate(_ESCAPED))


def replace_surrogates(text: str) -> str:
    """`text` with a replacement character for each half of a pair that stands alone."""
    return _HALF.sub("\ufffd", text)


def rewrite(text: str | None) -> str | None:
    """A function's JSON text, parsed and written again; `null` and nothing become None.

    Raises:
        Unreadable: It has too many levels.
    """
    if not text:
        return None
    if fault := depth_fault(text):
        raise Unreadable(fault)
    value = drop_metadata(json.loads(text))
    return None if value is None else dump(value)


def load(text: str) -> Any:
    """The value of a text that is JSON.

    Raises:
        Unreadable: It is none, or has too many levels.
    """
    if fault := depth_fault(text):
        raise Unreadable(fault)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise Unreadable(f"{error}. Write standard JSON (RFC 8259).") from None


def show(text: str) -> Any:
    """What a status shows of a text: the value that it begins with, or the text itself.

    So a reason of `3 strikes` is shown as 3, there and here.
    """
    trimmed = text.lstrip()
    try:
        value, end = json.JSONDecoder().raw_decode(trimmed)
    except json.JSONDecodeError:
        return text if trimmed else ""
    # A number ends at a blank or where a container goes on: `2026-11-22` is none.
    is_cut = trimmed[0] in "-0123456789" and re.match(r"[^\s,}\])/]", trimmed[end:])
    return text if is_cut else value


def drop_metadata(value: Any) -> Any:
    """What is left of a function's result: an object's first names may mean something in .NET.

    `$type` and `$id` are dropped, `$values` stands for its value and `$ref` for nothing.
    """
    while isinstance(value, dict) and value:
        name, first = next(iter(value.items()))
        if name == "$values":
            return first
        if name == "$ref" and isinstance(first, str):
            return None
        if name not in ("$type", "$id") and (name, first) != ("$ref", None):
            return value
        value = {key: item for key, item in value.items() if key != name}
    return value


def depth_fault(text: str) -> str | None:
    """Why a JSON text is not read, in the reader's words, or None: it has too many levels."""
    if text.count("[") + text.count("{") <= DEPTH:
        return None
    depth = 0
    for token in _BRACKET.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token[0], 0)
        if depth > DEPTH:
            return f"The reader's MaxDepth of {DEPTH} has been exceeded."
    return None
