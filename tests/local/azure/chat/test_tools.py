"""Values made up from JSON Schemas."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from local.azure.chat.tools import sample

OBJECT = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "count": {"type": "integer", "minimum": 3},
        "share": {"type": "number"},
        "yes": {"type": "boolean"},
        "kind": {"enum": ["a", "b"]},
        "list": {"type": "array", "items": {"type": "string"}, "minItems": 2},
        "maybe": {"anyOf": [{"type": "null"}, {"type": "string"}]},
        "both": {"type": ["string", "null"]},
        "fixed": {"const": 7},
        "deep": {"type": "object", "properties": {"x": {"type": "null"}}, "required": ["x"]},
    },
    "additionalProperties": False,
}


@pytest.mark.parametrize("required", [[], list(OBJECT["properties"])])  # type: ignore[call-overload]
def test_a_sample_fits_its_schema(required: list[str]) -> None:
    """Whatever is required is there and of the right type."""
    schema = OBJECT | {"required": required}

    made = sample(schema, "text")

    assert list(Draft202012Validator(schema).iter_errors(made)) == []
    assert list(made) == required


@pytest.mark.parametrize("schema", [None, {}, {"type": "string"}, True])
def test_without_a_schema_it_is_the_text(schema: Any) -> None:
    """What has no shape becomes the text."""
    assert sample(schema, "text") == "text"


def test_a_choice_that_the_text_names_is_taken() -> None:
    """Otherwise the first is."""
    schema = {"enum": ["celsius", "fahrenheit"]}

    assert [sample(schema, text) for text in ("in Fahrenheit", "warm")] == ["fahrenheit", "celsius"]


def test_a_list_of_any_length_is_cut() -> None:
    """A schema that asks for more than anybody reads gets a list that can be made."""
    schema = {"type": "array", "items": {"type": "integer"}, "minItems": 10**30}

    assert sample(schema, "text") == [1] * 100
