"""JSON Schemas of tools, compared with another implementation."""

from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.validation.rules.json_schema import tool_schema

CITY = {
    "type": "object",
    "properties": {
        "city": {"type": "string"},
        "unit": {"enum": ["C", "F"]},
        "days": {"type": ["integer", "null"]},
        "at": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "number"}}]},
    },
    "required": ["city"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ({"type": "str"}, ".type"),
        ({"type": []}, ".type"),
        ({"required": "city"}, ".required"),
        ({"properties": ["city"]}, ".properties"),
        ({"properties": {"city": "string"}}, ".properties.city"),
        ({"items": {"type": "txt"}}, ".items.type"),
        ({"anyOf": []}, ".anyOf"),
        ({"anyOf": [{"minimum": "1"}]}, ".anyOf[0].minimum"),
        ({"maxLength": -1}, ".maxLength"),
        ({"pattern": "("}, ".pattern"),
        ("string", ""),
    ],
)
def test_fault_of_a_schema_is_found_in_its_place(schema: Any, path: str) -> None:
    """Each fault has the path of the keyword; the other implementation refuses the schema too."""
    assert [fault.path for fault in tool_schema(schema).faults] == [path]
    with pytest.raises((jsonschema.SchemaError, TypeError)):
        jsonschema.Draft202012Validator.check_schema(
            schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
        )


@pytest.mark.parametrize(
    "schema",
    [
        True,
        {},
        {"items": [{"type": "string"}]},
        {"pattern": "(?P<year>[0-9]{4})"},
        {"pattern": "\\p{L}+"},
        {"x-order": 3, "example": "Rome"},
        {"$ref": "#/$defs/city", "$defs": {"city": {"type": "string"}}},
        {"$ref": "https://example.com/city.json"},
    ],
)
def test_schema_of_another_draft_or_dialect_has_no_fault(schema: Any) -> None:
    """Unknown keywords, lists of items, regular expressions of any dialect and references pass."""
    assert tool_schema(schema).faults == ()


@pytest.mark.parametrize(
    ("arguments", "faults"),
    [
        ({"city": "Rome", "unit": "C", "days": None, "at": [1, 2.5]}, []),
        ({}, [(".city", "'city' is required")]),
        ({"city": 7}, [(".city", "must be string")]),
        ({"city": "a", "unit": "K"}, [(".unit", "must be one of the values in enum")]),
        ({"city": "a", "days": "3"}, [(".days", "must be null or integer")]),
        ({"city": "a", "at": True}, [(".at", "does not match any schema in anyOf")]),
        ({"city": "a", "my key": 1}, [("['my key']", "'my key' is not in the schema")]),
        ([], [("", "must be object")]),
    ],
)
def test_fault_of_arguments_is_found_in_its_place(
    arguments: Any, faults: list[tuple[str, str]]
) -> None:
    """Each fault has the path of the argument and says what it must be."""
    found = tool_schema(CITY).argument_faults(arguments)

    assert [(fault.path, fault.message) for fault in found] == faults


@pytest.mark.parametrize(
    ("schema", "arguments", "message"),
    [
        ({"const": 1}, 2, "must be the value of const"),
        ({"maximum": 3}, 4, "the value is greater than the maximum of 3"),
        ({"pattern": "^[a-z]+$"}, "7secret", 'the value does not match "^[a-z]+$"'),
        ({"$ref": "#/$defs/n", "$defs": {"n": {"type": "integer"}}}, "1", "must be integer"),
    ],
)
def test_message_does_not_quote_the_value(schema: Any, arguments: Any, message: str) -> None:
    """Other keywords and references are checked, too; a value may be a secret."""
    assert [fault.message for fault in tool_schema(schema).argument_faults(arguments)] == [message]


@pytest.mark.parametrize(
    ("schema", "arguments"),
    [
        ({"type": "str"}, 1),
        ({"$ref": "http://127.0.0.1:9/x"}, 1),
        ({"pattern": "^(?:(?=a)a|aa)+$"}, "a" * 64 + "b"),
        ({"properties": {"\ud800": {}}}, {}),
        ({"propertyNames": {"maxLength": 1}}, {"\ud800": 1}),
    ],
)
def test_what_cannot_be_checked_has_no_fault(schema: Any, arguments: Any) -> None:
    """Invalid schemas, other files, endless patterns and lone surrogates give no finding here."""
    assert tool_schema(schema).argument_faults(arguments) == []


values = st.fixed_dictionaries(
    {},
    optional={
        "city": st.text(max_size=3) | st.none() | st.integers(),
        "unit": st.sampled_from(["C", "K", 1]),
        "days": st.integers() | st.none() | st.booleans() | st.floats(allow_nan=False),
        "at": st.text(max_size=2) | st.lists(st.integers() | st.text(max_size=1), max_size=2),
        "more": st.none(),
    },
)


@settings(max_examples=200)
@given(values)
def test_verdict_on_arguments_is_that_of_the_other_implementation(value: dict[str, Any]) -> None:
    """Arguments match the schema exactly when the other implementation says so."""
    fits = jsonschema.Draft202012Validator(CITY).is_valid(value)

    assert (not tool_schema(CITY).argument_faults(value)) == fits
