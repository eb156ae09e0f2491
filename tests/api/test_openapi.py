"""The OpenAPI document."""

import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import api.endpoints
from api.endpoint import Access, Endpoint
from api.endpoints import ENDPOINTS
from api.openapi import specification
from api.schemas.health import HealthDetails, Process, SettingFault

DOCUMENT = specification()
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]


def test_every_file_of_endpoints_is_imported() -> None:
    """A file in `api/endpoints` that `__init__.py` does not import would have no function."""
    files = {module.name for module in pkgutil.iter_modules(api.endpoints.__path__)}

    assert files <= set(api.endpoints.__all__)


def test_what_anyone_may_call() -> None:
    """These need neither key nor signature; a new one here is a decision."""
    paths = {one.path for one in ENDPOINTS if one.access is Access.ANYONE}

    assert paths == {"health", "openapi.json"}


def test_every_reference_leads_somewhere() -> None:
    """All schemas that the document speaks of are in it."""
    named = set(re.findall(r"#/components/schemas/(\w+)", str(DOCUMENT)))

    assert named <= SCHEMAS.keys()
    assert {"ChatRequest", "Run", "Error", "Health"} <= named


@pytest.mark.parametrize("one", ENDPOINTS, ids=lambda one: one.name)
def test_every_operation_has_its_responses(one: Endpoint) -> None:
    """Each operation has its successes, its errors, a 500, and a 401 unless anyone may call it."""
    operation = DOCUMENT["paths"][f"/{one.path}"][one.method.lower()]
    statuses = {*one.statuses, *one.errors, 500}
    statuses |= set() if one.access is Access.ANYONE else {401}

    assert operation["responses"].keys() == {str(status) for status in statuses}
    assert bool(operation.get("security")) == (one.access is not Access.ANYONE)
    assert operation["operationId"] == one.name


@pytest.mark.parametrize("one", ENDPOINTS, ids=lambda one: one.name)
def test_every_body_is_declared(one: Endpoint) -> None:
    """Each response has a body with a schema, except the host's own 401, which has none."""
    operation = DOCUMENT["paths"][f"/{one.path}"][one.method.lower()]
    by_host = one.access in (Access.FUNCTION_KEY, Access.MASTER_KEY)
    for status, response in operation["responses"].items():
        if status == "401" and by_host:
            assert "content" not in response
            continue
        assert response["content"], status
        for media_type, content in response["content"].items():
            assert content["schema"], (status, media_type)


def test_nullable_types_are_no_unions() -> None:
    """No `anyOf` has null in it: C# generators make classes without members of those."""
    assert not [kinds for kinds in _values(DOCUMENT, "anyOf") if {"type": "null"} in kinds]
    assert SCHEMAS["ChatRequest"]["properties"]["stream"]["type"] == ["boolean", "null"]


def test_summaries_are_one_line() -> None:
    """Each operation has a summary from its handler's docstring."""
    for operations in DOCUMENT["paths"].values():
        for operation in operations.values():
            assert operation["summary"].endswith(".")
            assert "\n" not in operation["summary"]


def test_path_and_query_parameters_are_listed() -> None:
    """A run's id and the filters of a list are parameters."""
    paths = DOCUMENT["paths"]

    assert [p["name"] for p in paths["/runs/{id}"]["get"]["parameters"]] == ["id"]
    names = [p["name"] for p in paths["/runs"]["get"]["parameters"]]
    assert names == ["model", "phase", "limit"]


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_schemas_are_json_schema(name: str) -> None:
    """Every schema is valid JSON Schema of the version that OpenAPI 3.1 uses."""
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])


def test_a_body_fits_its_schema() -> None:
    """What an endpoint answers is what the document promises."""
    fault = SettingFault(setting="A", message="b")
    process = Process(requests=1, open_invocations=None, memory_mb=2.5)
    health = HealthDetails(ok=False, version="1", faults=[fault], process=process, daily_round=None)
    schema = {"$ref": "#/components/schemas/HealthDetails", "components": {"schemas": SCHEMAS}}

    jsonschema.validate(health.model_dump(exclude_none=True), schema)


def test_every_endpoint_is_in_the_docs() -> None:
    """The page on HTTP lists each endpoint with its method, path and key."""
    page = (Path(__file__).parent.parent.parent / "docs" / "http.md").read_text()

    for one in ENDPOINTS:
        row = f"| `{one.method} /api/{one.path}` | {one.access} |"

        assert row in page


def _values(value: object, name: str) -> Iterator[Any]:
    """Everything that stands under a name, at any depth."""
    if isinstance(value, dict):
        yield from (found for key, found in value.items() if key == name)
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _values(one, name)
