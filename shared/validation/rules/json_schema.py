"""As much of JSON Schema as definitions of tools need: is it one, and do arguments fit it?

Both answers lean towards silence: keywords that are not known here are left alone.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import orjson

from shared.validation.turn import Json

_TYPES: dict[str, Callable[[Json], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "integer": lambda value: (
        (isinstance(value, int) and not isinstance(value, bool))
        or (isinstance(value, float) and value.is_integer())
    ),
}
_ONE_SCHEMA = ("items", "additionalProperties", "not", "contains", "propertyNames")
_SCHEMA_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
_SCHEMA_MAPS = ("properties", "patternProperties", "$defs", "definitions")
_COUNTS = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_DEEPEST = 40
_MANY = 1_000


_known: dict[bytes, "tuple[Misfit, ...]"] = {}


class Misfit(NamedTuple):
    """What is wrong, at a path that continues the one given."""

    path: str
    value: Json
    message: str


def known_faults(schema: Json) -> tuple[Misfit, ...]:
    """Where a value is no JSON Schema; remembered, since most rows declare the same tools."""
    try:
        key = orjson.dumps(schema)
    except TypeError:
        return tuple(schema_faults(schema, ""))
    if key not in _known:
        if len(_known) >= _MANY:
            _known.clear()
        _known[key] = tuple(schema_faults(schema, ""))
    return _known[key]


def schema_faults(schema: Json, path: str, depth: int = 0) -> Iterator[Misfit]:
    """Where a value is no JSON Schema."""
    if isinstance(schema, bool) or depth > _DEEPEST:
        return
    if not isinstance(schema, dict):
        yield Misfit(path, schema, "a schema is an object")
        return
    yield from _keyword_faults(schema, path)
    for inner, inner_path in _inner_schemas(schema, path):
        yield from schema_faults(inner, inner_path, depth + 1)


def instance_faults(value: Json, schema: Json, path: str, root: Json = None) -> Iterator[Misfit]:
    """Where a value does not fit a schema that is known to be one."""
    root = schema if root is None else root
    if not isinstance(schema, dict) or "$ref" in schema:
        return
    wanted = schema.get("type")
    if wanted is not None and not _is_type(value, wanted):
        yield Misfit(path, value, f"the schema asks for {_names(wanted)}")
        return
    if "enum" in schema and value not in schema["enum"]:
        yield Misfit(path, value, "the schema's enum does not hold this value")
    if "const" in schema and value != schema["const"]:
        yield Misfit(path, value, "the schema's const is another value")
    if isinstance(value, dict):
        yield from _object_faults(value, schema, path, root)
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        for index, item in enumerate(value):
            yield from instance_faults(item, schema["items"], f"{path}[{index}]", root)
    yield from _choice_faults(value, schema, path, root)


def _keyword_faults(schema: dict[str, Json], path: str) -> Iterator[Misfit]:
    for keyword, is_right, wanted in _KEYWORDS:
        if keyword in schema and not is_right(schema[keyword]):
            yield Misfit(f"{path}.{keyword}", schema[keyword], f"{keyword} must be {wanted}")


def _inner_schemas(schema: dict[str, Json], path: str) -> Iterator[tuple[Json, str]]:
    for keyword in _ONE_SCHEMA:
        if keyword in schema and not isinstance(schema[keyword], list):
            yield schema[keyword], f"{path}.{keyword}"
    for keyword in _SCHEMA_LISTS:
        if isinstance(schema.get(keyword), list):
            for index, inner in enumerate(schema[keyword]):
                yield inner, f"{path}.{keyword}[{index}]"
    for keyword in _SCHEMA_MAPS:
        if isinstance(schema.get(keyword), dict):
            for name, inner in schema[keyword].items():
                yield inner, f"{path}.{keyword}.{name}"


def _object_faults(
    value: dict[str, Json], schema: dict[str, Json], path: str, root: Json
) -> Iterator[Misfit]:
    properties = schema.get("properties") or {}
    for name in schema.get("required") or ():
        if name not in value:
            yield Misfit(f"{path}.{name}", None, f"the schema requires {name!r}")
    for name, item in value.items():
        if name in properties:
            yield from instance_faults(item, properties[name], f"{path}.{name}", root)
        elif schema.get("additionalProperties") is False and "patternProperties" not in schema:
            yield Misfit(f"{path}.{name}", item, f"the schema does not know {name!r}")


def _choice_faults(value: Json, schema: dict[str, Json], path: str, root: Json) -> Iterator[Misfit]:
    for keyword in ("anyOf", "oneOf"):
        choices = schema.get(keyword)
        if choices and all(any(instance_faults(value, one, path, root)) for one in choices):
            yield Misfit(path, value, f"no choice of the schema's {keyword} fits")


def _is_type(value: Json, wanted: Json) -> bool:
    names = wanted if isinstance(wanted, list) else [wanted]
    return any(_TYPES[name](value) for name in names if name in _TYPES)


def _names(wanted: Json) -> str:
    return " or ".join(wanted) if isinstance(wanted, list) else str(wanted)


def _is_type_name(value: Json) -> bool:
    names = value if isinstance(value, list) else [value]
    return bool(names) and all(isinstance(name, str) and name in _TYPES for name in names)


def _is_string_list(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_list(value: Json) -> bool:
    return isinstance(value, list)


def _is_filled_list(value: Json) -> bool:
    return isinstance(value, list) and bool(value)


def _is_object(value: Json) -> bool:
    return isinstance(value, dict)


def _is_text(value: Json) -> bool:
    return isinstance(value, str)


def _is_count(value: Json) -> bool:
    return _TYPES["integer"](value) and value >= 0


def _is_regex(value: Json) -> bool:
    # ECMAScript's dialect is larger than Python's; only what no dialect takes is a fault.
    if not isinstance(value, str):
        return False
    try:
        re.compile(value)
    except (re.error, OverflowError, RecursionError):
        return any(mark in value for mark in ("\\p", "\\u", "(?<", "\\c", "\\/"))
    return True


_KEYWORDS: tuple[tuple[str, Callable[[Json], bool], str], ...] = (
    ("type", _is_type_name, f"one of {', '.join(_TYPES)}, or a list of them"),
    ("required", _is_string_list, "a list of strings"),
    ("enum", _is_list, "a list"),
    ("description", _is_text, "a string"),
    ("title", _is_text, "a string"),
    ("$ref", _is_text, "a string"),
    ("pattern", _is_regex, "a regular expression"),
    *((keyword, _is_object, "an object") for keyword in _SCHEMA_MAPS),
    *((keyword, _is_filled_list, "a list of schemas") for keyword in _SCHEMA_LISTS),
    *((keyword, _is_count, "a whole number, 0 or more") for keyword in _COUNTS),
    *((keyword, _TYPES["number"], "a number") for keyword in _NUMBERS),
)
