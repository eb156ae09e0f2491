"""The check against the specifications itself: it has to be able to fail."""

import pytest

from tests.local.azure.emulator import ACCOUNT
from tests.local.azure.specs import (
    ABSENT,
    FILES,
    SPECS,
    Exchange,
    check_stream,
    complaints,
    find,
    operations,
)

pytestmark = pytest.mark.skipif(not SPECS.exists(), reason=ABSENT)

FILE = {
    "id": "file-1",
    "object": "file",
    "bytes": 1,
    "created_at": 1,
    "filename": "a",
    "purpose": "fine-tune",
    "status": "processed",
}


def test_a_fitting_answer_has_no_complaints() -> None:
    """A file object as described passes."""
    assert complaints(Exchange("GET", "/openai/v1/files/file-1", None, 200, FILE)) == []


@pytest.mark.parametrize(
    "change", [{"status": "done"}, {"bytes": "1"}, {"created_at": "x"}, {"object": "thing"}]
)
def test_a_wrong_value_is_found(change: dict[str, object]) -> None:
    """Types and enumerations are checked."""
    exchange = Exchange("GET", "/openai/v1/files/file-1", None, 200, FILE | change)

    assert next(iter(change)) in complaints(exchange)[0]


def test_a_missing_value_is_found() -> None:
    """Required keys are checked."""
    answer = {key: value for key, value in FILE.items() if key != "status"}

    found = complaints(Exchange("GET", "/openai/v1/files/file-1", None, 200, answer))

    assert "'status' is a required property" in found[0]


def test_a_status_that_is_not_described_is_found() -> None:
    """201 is right on the dated API and wrong on v1."""
    paths = ["/openai/v1/files", "/openai/files"]

    found = [complaints(Exchange("POST", path, None, 201, FILE)) for path in paths]

    assert found[1] == []
    assert "status 201 is not described" in found[0][0]


def test_a_wrong_request_is_found() -> None:
    """What a client sends is checked as well."""
    path = f"{ACCOUNT}/deployments/a"

    found = complaints(Exchange("PUT", path, {"sku": {"capacity": "5"}}, 200, {}))

    assert any("request sku" in text for text in found)


def test_a_wrong_chunk_is_found() -> None:
    """Chunks have a description of their own."""
    assert check_stream({"id": "a", "choices": "none"}) != []


def test_every_specification_has_operations() -> None:
    """All four specifications are read, and literal paths win over patterns."""
    assert {operation.spec for operation in operations()} == set(FILES)
    found = find("POST", "/openai/files/import")
    assert found is not None
    assert found.pattern.pattern == "/openai/files/import"
