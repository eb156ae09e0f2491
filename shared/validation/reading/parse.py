"""Parses one line into one row, strictly and fast.

orjson parses every line. A line that it refuses, or that it may have parsed too leniently, is
parsed again here: the standard library's parser says where and why it is invalid.
"""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from shared.validation.json_values import kind, member
from shared.validation.rules import file as rules
from shared.validation.rules.rule import Fault, Level
from shared.validation.turn import Json

DEEPEST = 100
"""Deeper nesting is no example; it exists to break parsers."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_MANY_DIGITS = 400


class _RepeatedKeys(dict[str, Json]):
    """An object that had a key twice."""

    keys_twice: tuple[str, ...] = ()


class _Constant(float):
    """NaN or Infinity written as a literal."""


def needs_strict_parser(line: bytes, strings: int) -> bool:
    """Whether orjson may have parsed a line too leniently, given how many strings it found.

    A key that stands twice is dropped silently, and its quotes are left over. So as many quotes as
    the strings need mean that nothing was dropped. False positives only cost time.
    """
    escaped = line.count(b'\\"')
    if escaped != line.count(b"\\") and (b'\\\\"' in line or b"\\u0000" in line):
        return True
    return line.count(b'"') - escaped != 2 * strings


def is_deep(line: bytes) -> bool:
    """Whether a line might be nested deeper than DEEPEST."""
    return line.count(b"[") + line.count(b"{") > DEEPEST


def count_strings(value: Json) -> int:
    """How many strings a value holds, keys among them."""
    if isinstance(value, str):
        return 1
    if isinstance(value, dict):
        return len(value) + sum(map(count_strings, value.values()))
    if isinstance(value, list):
        return sum(map(count_strings, value))
    return 0


def parse_strict(line: bytes) -> tuple[Json, list[Fault]]:
    """The row and all its faults as JSON; the row is None if it cannot be parsed."""
    faults: list[Fault] = []
    text = _decode_utf8(line, faults)
    try:
        value = _parse_json(text)
    except json.JSONDecodeError as error:
        return None, [*faults, _syntax_fault(error, text)]
    except RecursionError:
        return None, [*faults, _too_deep()]
    if _depth(value) > DEEPEST:
        return None, [*faults, _too_deep()]
    return value, faults + list(_walk("$", value))


def not_an_object(value: Json) -> Fault:
    """The fault of a line that is valid JSON but no object."""
    return rules.ONE_OBJECT.fault("$", value, f"the line is {kind(value)}; it must be an object")


def _decode_utf8(line: bytes, faults: list[Fault]) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        seen = line[error.start : error.start + 1].hex()
        found = f"byte 0x{seen} in column {error.start + 1} is not valid UTF-8"
        faults.append(rules.UTF8.fault("$", f"0x{seen}", found))
        return line.decode(errors="replace")


def _parse_json(text: str) -> Json:
    return json.loads(text, object_pairs_hook=_pairs, parse_constant=_Constant, parse_int=_integer)


def _pairs(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    row = dict(pairs)
    if len(row) == len(pairs):
        return row
    names = [name for name, _ in pairs]
    repeated = _RepeatedKeys(row)
    repeated.keys_twice = tuple(name for name in row if names.count(name) > 1)
    return repeated


def _integer(digits: str) -> int | float:
    # Python refuses to read integers of more than 4300 digits.
    return int(digits) if len(digits) < _MANY_DIGITS else float(digits)


def _syntax_fault(error: json.JSONDecodeError, text: str) -> Fault:
    near = text[max(0, error.pos - 30) : error.pos + 30]
    reason = _reason(error, text)
    return rules.SYNTAX.fault("$", near, f"{reason} in column {error.pos + 1}")


def _reason(error: json.JSONDecodeError, text: str) -> str:
    if text.strip() in ("{", "["):
        return "the line ends after an opening bracket (each example must be on one line)"
    rest, before = text[error.pos :].lstrip(), text[: error.pos].rstrip()
    if not rest:
        return "the line ends inside the object"
    if before.endswith(",") and rest[0] in "}]":
        return "trailing comma before the closing bracket"
    if rest[0] == "'":
        return "single quotes instead of double quotes"
    if error.msg == "Extra data":
        return "comma after the object" if rest[0] == "," else "text after the object"
    if rest[0] == "\ufeff" or error.msg.startswith("Unexpected UTF-8 BOM"):
        return "byte order mark inside the file"
    return error.msg[:1].lower() + error.msg[1:]


def _too_deep() -> Fault:
    return rules.SYNTAX.fault("$", None, f"the line is nested deeper than {DEEPEST} levels")


def _depth(value: Json) -> int:
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [inner for item in level if isinstance(item, dict | list) for inner in _inner(item)]
    return depth


def _inner(item: dict[str, Json] | list[Json]) -> list[Json]:
    return list(item.values()) if isinstance(item, dict) else item


def _walk(path: str, value: Json) -> Iterator[Fault]:
    if isinstance(value, dict):
        yield from _object(path, value)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(f"{path}[{index}]", item)
    elif isinstance(value, str):
        yield from _characters(path, value)
    elif isinstance(value, _Constant):
        name = "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
        yield rules.CONSTANTS.fault(path, name, f"{name} is not valid JSON")


def _object(path: str, value: dict[str, Any]) -> Iterator[Fault]:
    if isinstance(value, _RepeatedKeys):
        for key in value.keys_twice:
            found = f"duplicate key {key!r} in this object"
            yield rules.DUPLICATE_KEYS.fault(member(path, key), value[key], found)
    for key, item in value.items():
        yield from _characters(path, key)
        yield from _walk(member(path, key), item)


def _characters(path: str, text: str) -> Iterator[Fault]:
    match = _SURROGATE.search(text)
    if match:
        code = f"\\u{ord(match[0]):04x}"
        found = f"lone surrogate {code} at character {match.start() + 1}"
        yield rules.CHARACTERS.fault(path, code, found)
    if "\0" in text:
        found = f"NUL character at character {text.index(chr(0)) + 1}"
        yield rules.CHARACTERS.fault(path, "\\u0000", found, level=Level.WARNING)
