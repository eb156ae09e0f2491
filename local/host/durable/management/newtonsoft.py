"""What the extension's JSON reader says about a body that is not JSON.

Only the commonest complaints are put into its words; the others name the place.
"""

import json
import re

_UNQUOTED = re.compile(r"\s*\{\s*[A-Za-z_$][\w$]*\s*(?P<next>\S?)")


def complaint(text: str) -> str | None:
    """Why `text` cannot be read, or None if it is JSON."""
    if not text.strip():
        return "Error reading JToken from JsonReader. Path '', line 0, position 0."
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        if name := _UNQUOTED.match(text):
            return _about_name(name)
        if error.msg == "Extra data":
            extra = text[error.pos]
            what = f"Additional text encountered after finished reading JSON content: {extra}"
        elif error.pos >= len(text):
            what = "Unexpected end when reading JSON"
        else:
            what = f"Unexpected character encountered while parsing value: {text[error.pos]}"
        return f"{what}. {_place(error.lineno if error.pos else 0, error.pos)}"
    return None


def _about_name(name: re.Match[str]) -> str:
    if not name["next"]:
        end = _place(1, name.end())
        return f"Unexpected end while parsing unquoted property name. {end}"
    what = "Invalid character after parsing property name. Expected ':' but got: "
    return f"{what}{name['next']}. {_place(1, name.start('next'))}"


def _place(line: int, position: int) -> str:
    return f"Path '', line {line}, position {position}."
