"""JSON as the extension writes it, so that results read alike here and in Azure."""

import json
import re
from typing import Any

from local.functions_host.durable.newtonsoft import Unreadable, load, too_deep, without_metadata

# Newtonsoft escapes these three even where it leaves other non-ASCII characters as they are.
_ESCAPED = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}
_HALF = re.compile("[\ud800-\udfff]")  # cannot be written as UTF-8; .NET replaces it
# Texts, which stay as they are, and the numbers that .NET writes in another way than Python.
_ODD = re.compile(r'"(?:[^"\\]|\\.)*"|-?\d(?:\.\d+)?e[+-]\d+|NaN|-?Infinity')
_HINTS = ("e+", "e-", "NaN", "Infinity")  # without one of these no such number is there


def dump(value: Any) -> str:
    """`value` as compact JSON with non-ASCII characters unescaped."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    if any(hint in text for hint in _HINTS):
        text = _ODD.sub(_as_net, text)
    return text if text.isascii() else whole(text.translate(_ESCAPED))


def whole(text: str) -> str:
    """`text` with a replacement character for each half of a pair that stands alone."""
    return _HALF.sub("\ufffd", text)


def rewritten(text: str | None) -> str | None:
    """A function's JSON text, parsed and written again; `null` and nothing become None.

    Raises:
        Unreadable: It has too many levels.
    """
    if not text:
        return None
    if fault := too_deep(text):
        raise Unreadable(fault)
    value = without_metadata(json.loads(text))
    return None if value is None else dump(value)


def read(text: str) -> Any:
    """What a status shows of a text: the value that it begins with, or the text itself.

    So a reason of `3 strikes` is shown as 3, there and here.
    """
    try:
        return load(text)
    except Unreadable:
        return text if text.strip() else ""


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
