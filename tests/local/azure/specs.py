"""Holds what clients send and what the emulator answers against the published specifications.

`DEPARTURES` lists where the real service is known to differ from its own description; the emulator
follows the service there, and the check looks away there only.

The specifications are Microsoft's and no part of this repository: they lie in `shared/specs` beside
the checkout. Where they are absent nothing is checked against them, and the tests that are about
them say so and are skipped.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator

SPECS = Path(__file__).resolve().parents[4] / "shared" / "specs"
ABSENT = f"emulator answers are not checked: the specifications are not there, {SPECS} is missing"
# name in the coverage table -> file
FILES = {
    "arm-deployments-2025-06-01": "arm/cognitiveservices-2025-06-01-deployments-subset.json",
    "azure-openai-authoring-2024-10-21": (
        "azure_openai/authoring-stable-2024-10-21-azureopenai.json"
    ),
    "azure-openai-v1": "azure_openai/v1-subset-files-finetuning-models-chat.json",
    "monitor-metrics-2024-02-01": "monitor/metrics-list-2024-02-01-derived.json",
}

# JSON path of a complaint -> why the specification is wrong there
DEPARTURES = {
    # Real job objects, as Microsoft's notebooks print them, lack these or have null.
    r"'(organization_id|metadata)' is a required property": "absent in real job objects",
    r"(validation_file|finished_at): None is not of type": "null in real job objects",
    r"(fine_tuned_model|trained_tokens|result_files|error): None is not of type": "null until then",
    r"status: 'pending' is not one of": "the first state of real jobs, missing in v1",
    r"status: 'paused' is not one of": "as Microsoft's azd extension reads it",
    # The first chunk of a stream, as seen by many client libraries.
    r"object: '' is not one of": "empty in the first chunk",
    # Chat errors come from the inference engine, with types of their own and null codes.
    r"error\.type: (None|'invalid_request_error') is not": "not always 'error'",
    r"error\.code: None is not of type": "null where the engine has no code",
    r"error\.param: None is not of type": "null where no parameter of the description is at fault",
}


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, where both are JSON (None where one is not)."""

    method: str
    path: str
    sent: Any
    status: int
    answer: Any


@dataclass(frozen=True)
class Operation:
    """One operation of a specification: its address and its schemas."""

    spec: str
    method: str
    pattern: re.Pattern[str]
    request: dict[str, Any] | None
    responses: dict[str, dict[str, Any] | None]


def complaints(exchange: Exchange) -> list[str]:
    """What an exchange has against its specification; empty where it fits or none covers it."""
    operation = find(exchange.method, exchange.path)
    if operation is None:
        return []
    found = []
    if operation.request and exchange.status < 400 and exchange.sent is not None:
        found += _against(operation, operation.request, exchange.sent, "request")
    schema = operation.responses.get(str(exchange.status), operation.responses.get("default"))
    if exchange.status < 400 and str(exchange.status) not in operation.responses:
        found.append(f"status {exchange.status} is not described")
    if schema and exchange.answer is not None:
        found += _against(operation, schema, exchange.answer, "answer")
    head = f"{exchange.method} {exchange.path} -> {exchange.status}: "
    return [head + text for text in found if not _is_departure(text)]


def find(method: str, path: str) -> Operation | None:
    """The operation that describes a request, if a specification has one."""
    for operation in operations():
        if operation.method == method and operation.pattern.fullmatch(path):
            return operation
    return None


@cache
def operations() -> tuple[Operation, ...]:
    """Every operation of the specifications, literal paths before patterns; none if absent."""
    if not SPECS.exists():
        return ()
    found = [
        *_operations("azure-openai-v1", "/openai/v1"),
        *_operations("azure-openai-authoring-2024-10-21", "/openai"),
        *_operations("arm-deployments-2025-06-01", ""),
        *_operations("monitor-metrics-2024-02-01", ""),
    ]
    return tuple(sorted(found, key=lambda one: one.pattern.pattern.count("[^/]+")))


def check_stream(chunk: dict[str, Any]) -> list[str]:
    """What a chunk of a stream has against the description of chunks; nothing if it is absent."""
    if not SPECS.exists():
        return []
    schema = {"$ref": "#/components/schemas/AzureCreateChatCompletionStreamResponse"}
    spec = _spec("azure-openai-v1")
    found = _errors(spec, schema, chunk)
    return [text for text in found if not _is_departure(text)]


def described_parameters(schema: str) -> set[str]:
    """The names of all fields of a schema of the v1 description, those it extends included."""
    return _names(_spec("azure-openai-v1"), {"$ref": f"#/components/schemas/{schema}"})


def _names(spec: dict[str, Any], schema: dict[str, Any]) -> set[str]:
    if "$ref" in schema:
        return _names(spec, spec["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    parts = (_names(spec, part) for key in ("allOf", "anyOf") for part in schema.get(key, ()))
    return set(schema.get("properties", {})).union(*parts)


def _is_departure(text: str) -> bool:
    return any(re.search(pattern, text) for pattern in DEPARTURES)


def _operations(name: str, prefix: str) -> list[Operation]:
    found = []
    for path, item in _spec(name)["paths"].items():
        # Resource ids in paths contain slashes.
        text = prefix + path.replace("/{resourceUri}", "{resourceUri}")
        parts = re.split(r"(\{[^}]+\})", text)
        pattern = "".join(_part(part) for part in parts)
        for method in item.keys() & {"get", "put", "post", "patch", "delete"}:
            found.append(_operation(name, method.upper(), pattern, item[method]))  # noqa: PERF401
    return found


def _part(text: str) -> str:
    if text == "{resourceUri}":
        return r"/subscriptions/.+"
    return "[^/]+" if text.startswith("{") else re.escape(text)


def _operation(name: str, method: str, pattern: str, item: dict[str, Any]) -> Operation:
    responses = {str(status): _schema(answer) for status, answer in item["responses"].items()}
    request = _schema(item.get("requestBody") or {})
    for parameter in item.get("parameters", []):
        if parameter.get("in") == "body":
            request = parameter["schema"]
    return Operation(name, method, re.compile(pattern), request, responses)


def _schema(part: dict[str, Any]) -> dict[str, Any] | None:
    content = part.get("content", {}).get("application/json", {})
    found: dict[str, Any] | None = part.get("schema") or content.get("schema")
    return None if found and found.get("type") == "file" else found


def _against(operation: Operation, schema: dict[str, Any], value: Any, what: str) -> list[str]:
    return [f"{what} {text}" for text in _errors(_spec(operation.spec), schema, value)]


def _errors(spec: dict[str, Any], schema: dict[str, Any], value: Any) -> list[str]:
    parts: dict[str, Any] = {key: spec[key] for key in ("components", "definitions") if key in spec}
    validator = Draft4Validator(parts | schema if "$ref" not in schema else _by_ref(parts, schema))
    return [
        f"{'.'.join(map(str, error.absolute_path))}: {error.message}"[:300]
        for error in validator.iter_errors(value)
    ]


def _by_ref(parts: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    # Beside a $ref, older drafts ignore everything else, also the definitions it points to.
    return parts | {"allOf": [schema]}


@cache
def _spec(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = _plain(json.loads((SPECS / FILES[name]).read_text()))
    return loaded


def _plain(value: Any) -> Any:
    """OpenAPI's `nullable` in the words of JSON Schema; read-only parts stay."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    plain = {key: _plain(item) for key, item in value.items()}
    if plain.pop("nullable", False) is True:
        return {"anyOf": [plain, {"type": "null"}]}
    return plain
