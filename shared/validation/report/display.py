"""Formats values from a dataset for output: masked, shortened, on one line."""

import json

from shared.validation.sensitive.patterns import mask

_LIMIT = 160


def format_value(value: object, limit: int = _LIMIT) -> str:
    """Text as it is, anything else as JSON; without secrets, control characters and surrogates."""
    text = value if isinstance(value, str) else _to_json(value)
    # Masking looks at more than will be shown, so that the cut does not make a secret look plain.
    text = mask(text[: limit * 2 + 200])
    text = escape_controls(text[: limit + 1])
    return text if len(text) <= limit else text[: limit - 1] + "…"


def escape_controls(text: str) -> str:
    """Text with an escape in place of each character that cannot be seen."""
    return "".join(char if char.isprintable() else _escape(char) for char in text)


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode()


def _to_json(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (TypeError, ValueError, RecursionError):
        return type(value).__name__
