"""Inline constraints of ASP.NET Core route templates, such as `{id:int}` or `{day:length(8)}`."""

import re
import uuid
from collections.abc import Callable
from datetime import datetime

Check = Callable[[str], bool]


def constraint(text: str) -> Check:
    """The check for one constraint as written in a template, without its colon.

    Values that fail make the route not match, which the caller sees as 404.

    Raises:
        ValueError: no such constraint, or its arguments are wrong.
    """
    name, _, rest = text.partition("(")
    arguments = rest.removesuffix(")")
    if name in _PLAIN:
        return _PLAIN[name]
    if name == "regex":
        pattern = re.compile(arguments, re.IGNORECASE)
        return lambda value: pattern.search(value) is not None
    if name in _NUMBERED:
        numbers = [int(number) for number in arguments.split(",")]
        return _NUMBERED[name](numbers)
    raise ValueError(f"unknown route constraint {text!r}")


def _parses(read: Callable[[str], object]) -> Check:
    def check(value: str) -> bool:
        try:
            read(value)
        except ValueError:
            return False
        return True

    return check


def _whole(bits: int) -> Check:
    limit = 2 ** (bits - 1)

    def check(value: str) -> bool:
        return re.fullmatch(r"\s*[+-]?\d+\s*", value) is not None and -limit <= int(value) < limit

    return check


def _length(numbers: list[int]) -> Check:
    least, most = numbers[0], numbers[-1]
    return lambda value: least <= len(value) <= most


def _between(least: int | None, most: int | None) -> Check:
    whole = _whole(64)

    def check(value: str) -> bool:
        return (
            whole(value)
            and (least is None or least <= int(value))
            and (most is None or int(value) <= most)
        )

    return check


_PLAIN: dict[str, Check] = {
    "int": _whole(32),
    "long": _whole(64),
    "bool": lambda value: value.strip().lower() in ("true", "false"),
    "alpha": lambda value: re.fullmatch(r"[a-zA-Z]*", value) is not None,
    "guid": _parses(uuid.UUID),
    "double": _parses(float),
    "float": _parses(float),
    "decimal": lambda value: re.fullmatch(r"\s*[+-]?\d*\.?\d+\s*", value) is not None,
    "datetime": _parses(datetime.fromisoformat),
    "required": bool,
    "file": lambda value: "." in value.rsplit("/", 1)[-1],
    "nonfile": lambda value: "." not in value.rsplit("/", 1)[-1],
}

_NUMBERED: dict[str, Callable[[list[int]], Check]] = {
    "length": _length,
    "minlength": lambda numbers: lambda value: len(value) >= numbers[0],
    "maxlength": lambda numbers: lambda value: len(value) <= numbers[0],
    "min": lambda numbers: _between(numbers[0], None),
    "max": lambda numbers: _between(None, numbers[0]),
    "range": lambda numbers: _between(numbers[0], numbers[1]),
}
