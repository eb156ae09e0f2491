"""What the extension's JSON reader says about a body that is not JSON.

Only the commonest complaints are put into its words; the others name the place.
"""

import json
import re

_UNQUOTED = re.compile(r"\s*\{\s*[A-Za-z_$][\w$]*\Z")


def complaint(text: str, *, token: bool = False) -> str:
    """Why `text` cannot be read; `token` for the reader that is used for events."""
    if not text.strip():
        return "Error reading JToken from JsonReader. Path '', line 0, position 0." if token else ""
    if _UNQUOTED.match(text):
        where = f"line 1, position {len(text)}"
        return f"Unexpected end while parsing unquoted property name. Path '', {where}."
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        character = text[error.pos : error.pos + 1] or "end of text"
        place = (error.lineno, error.colno) if error.pos else (0, 0)
        return (
            f"Unexpected character encountered while parsing value: {character}. "
            f"Path '', line {place[0]}, position {place[1]}."
        )
    return ""
