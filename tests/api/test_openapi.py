"""The document of the doors."""

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from api import schemas
from api.catalog import DOORS
from api.openapi import specification

SCHEMAS: dict[str, Any] = specification()["components"]["schemas"]


def test_every_reference_leads_somewhere() -> None:
    """All schemas that the document speaks of are in it."""
    named = set(re.findall(r"#/components/schemas/(\w+)", str(specification())))

    assert named <= SCHEMAS.keys()
    assert {"ChatRequest", "Run", "Error", "Health"} <= named


def test_every_door_says_what_may_go_wrong() -> None:
    """Each operation has a success, a 500, and a 401 unless anyone may."""
    for one in DOORS:
        operation = specification()["paths"][f"/{one.path}"][one.method]

        assert {str(one.status), "500"} <= operation["responses"].keys()
        assert ("401" in operation["responses"]) == (one.key != "anyone")
        assert bool(operation["security"]) == (one.key != "anyone")


def test_path_and_query_parameters_are_listed() -> None:
    """A run's id and the filters of a list are parameters."""
    paths = specification()["paths"]

    assert [p["name"] for p in paths["/runs/{id}"]["get"]["parameters"]] == ["id"]
    names = [p["name"] for p in paths["/runs"]["get"]["parameters"]]
    assert names == ["model", "phase", "limit"]


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_schemas_are_json_schema(name: str) -> None:
    """Every schema is valid JSON Schema of the version that OpenAPI 3.1 uses."""
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])


def test_a_body_fits_its_schema() -> None:
    """What a door answers is what the document promises."""
    health = schemas.Health(
        ok=False, version="1", faults=[schemas.SettingFault(setting="A", message="b")]
    )
    schema = {"$ref": "#/components/schemas/Health", "components": {"schemas": SCHEMAS}}

    jsonschema.validate(health.model_dump(), schema)


def test_every_door_is_in_the_docs() -> None:
    """The page on HTTP lists each door with its method, path and key."""
    keys = {"client": "client key", "function": "function key", "admin": "master key"}
    page = (Path(__file__).parent.parent.parent / "docs" / "http.md").read_text()

    for one in DOORS:
        row = f"| `{one.method.upper()} /api/{one.path}` | {keys.get(one.key, one.key)} |"

        assert row in page
