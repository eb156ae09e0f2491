"""JSON Schema (draft 2020-12) of tool definitions: is it valid, and do arguments match it?

The library is imported late: only files with tools need it. Patterns come from datasets, so their
matching is limited; references are never fetched.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import orjson

from shared.validation.json_values import member
from shared.validation.turn import Json

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator, ValidationError

_META_SCHEMA = "https://json-schema.org/draft/2020-12/schema"
_MANY = 1_000
_MOST_BACKTRACKS = 10_000
_VALUE = "the value"
"""What the library's messages say in place of a value, which may be sensitive."""
_MUST_BE = {
    "type": "one of array, boolean, integer, null, number, object, string, or a list of them",
    "required": "a list of different strings",
    "enum": "a list",
    "properties": "an object",
    "anyOf": "a list of schemas",
    "oneOf": "a list of schemas",
    "allOf": "a list of schemas",
    "pattern": "a regular expression",
    "description": "a string",
}


class SchemaFault(NamedTuple):
    """A fault of a schema or of arguments, at a path below them such as `.city` or `[0]`."""

    path: str
    value: Json
    message: str


@dataclass(frozen=True, slots=True)
class ToolSchema:
    """A schema, checked once; most rows declare the same tools."""

    faults: tuple[SchemaFault, ...]
    """Where it is not a JSON Schema."""
    validator: "Draft202012Validator | None"
    """None if the schema is not valid, or refers to others that are not in it."""

    def argument_faults(self, arguments: Json) -> list[SchemaFault]:
        """Where arguments do not match the schema; empty if the schema cannot be used."""
        if self.validator is None:
            return []
        try:
            if self.validator.is_valid(arguments):
                return []
            errors = list(self.validator.iter_errors(arguments))
        except ValueError:  # a lone surrogate, which has a finding of its own
            return []
        return [fault for error in errors for fault in _argument_faults(error)]


_known: dict[bytes, ToolSchema] = {}


def tool_schema(schema: Json) -> ToolSchema:
    """The schema of a tool's parameters, checked and compiled; remembered by its JSON."""
    try:
        key = orjson.dumps(schema)
    except TypeError:
        return _compile(schema)
    if key not in _known:
        if len(_known) >= _MANY:
            _known.clear()
        _known[key] = _compile(schema)
    return _known[key]


def _compile(schema: Json) -> ToolSchema:
    try:
        errors = list(_meta_validator().iter_errors(schema))
    except ValueError:
        return ToolSchema((), None)
    faults = {fault.path: fault for error in errors if (fault := _schema_fault(error))}
    return ToolSchema(tuple(faults.values()), None if errors else _validator(schema))


@cache
def _meta_validator() -> "Draft202012Validator":
    from jsonschema_rs import Draft202012Validator

    return Draft202012Validator({"$ref": _META_SCHEMA}, validate_formats=True, mask=_VALUE)


def _validator(schema: Json) -> "Draft202012Validator | None":
    from jsonschema_rs import Draft202012Validator, FancyRegexOptions

    limits = FancyRegexOptions(backtrack_limit=_MOST_BACKTRACKS)
    try:
        return Draft202012Validator(schema, offline=True, mask=_VALUE, pattern_options=limits)
    except ValueError:
        return None


def _schema_fault(error: "ValidationError") -> SchemaFault | None:
    keyword = error.instance_path[-1] if error.instance_path else ""
    # Lists of items are the form of older drafts.
    if keyword == "items" and isinstance(error.instance, list):
        return None
    # Python's and ECMAScript's dialects differ; only what neither accepts is a fault.
    if keyword == "pattern" and _is_python_pattern(error.instance):
        return None
    if keyword in _MUST_BE and error.kind.name != "format":
        message = f"{keyword} must be {_MUST_BE[str(keyword)]}"
    elif keyword == "pattern":
        message = f"pattern must be {_MUST_BE['pattern']}"
    elif error.schema_path[-1:] == ["type"] and len(error.schema_path) == 1:
        message = "a schema must be an object"
    else:
        message = error.message.replace(_VALUE, str(keyword) or _VALUE)
    return SchemaFault(_path(error.instance_path), error.instance, message)


def _argument_faults(error: "ValidationError") -> list[SchemaFault]:
    from jsonschema_rs import ValidationErrorKind as Kind

    path, kind = _path(error.instance_path), error.kind
    value: Json = error.instance
    match kind:
        case Kind.Required(property=name):
            return [SchemaFault(member(path, str(name)), None, f"{name!r} is required")]
        case Kind.AdditionalProperties(unexpected=names):
            return [
                SchemaFault(member(path, name), value.get(name), f"{name!r} is not in the schema")
                for name in names
            ]
        case Kind.Type(types=types):
            return [SchemaFault(path, value, f"must be {' or '.join(types)}")]
        case Kind.Enum():
            return [SchemaFault(path, value, "must be one of the values in enum")]
        case Kind.Constant():
            return [SchemaFault(path, value, "must be the value of const")]
        case Kind.AnyOf() | Kind.OneOfNotValid():
            return [SchemaFault(path, value, f"does not match any schema in {kind.name}")]
        case Kind.BacktrackLimitExceeded() | Kind.RegexEngineFailure():
            return []
    return [SchemaFault(path, value, error.message)]


def _path(steps: list[str | int]) -> str:
    path = ""
    for step in steps:
        path = f"{path}[{step}]" if isinstance(step, int) else member(path, step)
    return path


def _is_python_pattern(value: Json) -> bool:
    try:
        re.compile(value)
    except (re.error, OverflowError, RecursionError, TypeError):
        return False
    return True
