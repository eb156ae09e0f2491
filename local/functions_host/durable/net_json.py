"""JSON as the extension writes and reads it, so that results look the same here and in Azure.

The extension's reader (Newtonsoft.Json 13) stops at 64 levels, and so does this host. It also takes
single quotes, comments and more that is no JSON; no client library sends that, and it is refused.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

DEPTH = 64
"""How many levels of arrays and objects there may be."""

# Newtonsoft escapes these three even where it leaves other non-ASCII characters as they are.
_ESCAPED = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}
_HALF = re.compile("[\ud800-\udfff]")  # cannot be written as UTF-8; .NET replaces it
# Texts, which stay as they are, and the numbers that .NET writes in another way than Python.
_ODD = re.compile(r'"(?:[^"\\]|\\.)*"|-?\d(?:\.\d+)?e[+-]\d+|NaN|-?Infinity')
_HINTS = ("e+", "e-", "NaN", "Infinity")  # without one of these no such number is there
_TOKEN = re.compile(r'(?P<text>"(?:[^"\\]|\\.)*")(?P<colon>\s*:)?|[\[\]{},]')
_SPECIAL = re.compile("[. '/\"\\[\\]()\t\n\r\f\b\\\\\u0085\u2028\u2029]")


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
    if any(hint in text for hint in _HINTS):
        text = _ODD.sub(_as_net, text)
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


@dataclass(slots=True)
class _Place:
    """An open container, and how far it has been read: to an index or a name."""

    array: bool
    index: int = 0
    name: str = ""


def depth_fault(text: str) -> str | None:
    """Why a JSON text is not read, in the reader's words, or None: it has too many levels."""
    if text.count("[") + text.count("{") <= DEPTH:
        return None
    places: list[_Place] = []
    for token in _TOKEN.finditer(text):
        if token[0] in "[{":
            places.append(_Place(array=token[0] == "["))
            if len(places) > DEPTH:
                line = text.count("\n", 0, token.end()) + 1
                position = token.end() - text.rfind("\n", 0, token.end()) - 1
                return (
                    f"The reader's MaxDepth of {DEPTH} has been exceeded. "
                    f"Path '{_path(places[:-1])}', line {line}, position {position}."
                )
        elif token[0] in "]}" and places:
            places.pop()
        elif token[0] == "," and places:
            places[-1].index += 1
        elif token["colon"] and places:
            places[-1].name = json.loads(token["text"])
    return None


def _path(places: Iterable[_Place]) -> str:
    """A place within a document: `a.b[0]['c d']`."""
    text = ""
    for place in places:
        if place.array:
            text += f"[{place.index}]"
        elif _SPECIAL.search(place.name):
            escaped = json.dumps(place.name, ensure_ascii=False)[1:-1].replace('\\"', '"')
            text += "['" + escaped.replace("'", "\\'") + "']"
        else:
            text += f".{place.name}" if text else place.name
    return text


def _as_net(found: re.Match[str]) -> str:
    text = found[0]
    if text[0] == '"':
        return text
    mantissa, e, exponent = text.partition("e")
    if not e:
        return f'"{text}"'
    if exponent == "+16":  # .NET begins with exponents at 17
        return f"{float(text):.1f}"
    return f"{mantissa}E{int(exponent):+03d}"
