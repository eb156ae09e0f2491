"""JSON as the extension writes it, so that results read alike here and in Azure."""

import json
from typing import Any

# Newtonsoft escapes these three even where it leaves other non-ASCII characters as they are.
_ESCAPED = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def dump(value: Any) -> str:
    """`value` as compact JSON with non-ASCII characters unescaped."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return text if text.isascii() else text.translate(_ESCAPED)


def rewritten(text: str | None) -> str | None:
    """A function's JSON text, parsed and written again; `null` and nothing become None."""
    if not text:
        return None
    value = json.loads(text)
    return None if value is None else dump(value)
