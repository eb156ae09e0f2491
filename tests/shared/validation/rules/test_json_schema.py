"""JSON Schema as far as tools need it, held against the full implementation."""

from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.validation.rules.json_schema import instance_faults, schema_faults

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
        ({"type": "str"}, "$.type"),
        ({"type": []}, "$.type"),
        ({"required": "city"}, "$.required"),
        ({"properties": ["city"]}, "$.properties"),
        ({"properties": {"city": "string"}}, "$.properties.city"),
        ({"items": {"type": "txt"}}, "$.items.type"),
        ({"anyOf": []}, "$.anyOf"),
        ({"anyOf": [{"minimum": "1"}]}, "$.anyOf[0].minimum"),
        ({"maxLength": -1}, "$.maxLength"),
        ({"pattern": "("}, "$.pattern"),
        ("string", "$"),
    ],
)
def test_what_is_no_schema_is_found_in_its_place(schema: Any, path: str) -> None:
    """Each fault has the path of the keyword; the full implementation refuses the schema too."""
    assert [fault.path for fault in schema_faults(schema, "$")] == [path]
    with pytest.raises((jsonschema.SchemaError, TypeError)):
        jsonschema.Draft202012Validator.check_schema(
            schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
        )


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


@settings(max_examples=200, deadline=None)
@given(values)
def test_verdict_on_arguments_is_that_of_the_full_implementation(value: dict[str, Any]) -> None:
    """Arguments fit the schema exactly when the full implementation says so."""
    fits = jsonschema.Draft202012Validator(CITY).is_valid(value)

    assert (not list(instance_faults(value, CITY, "$"))) == fits
