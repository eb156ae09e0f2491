"""The OpenAPI document, made from the bodies and the catalog of doors."""

import re
from functools import lru_cache
from typing import Any

import orjson
from fastapi import Request, Response
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api import VERSION, links
from api import schemas as bodies
from api.catalog import DOORS, Door

_REF = "#/components/schemas/{model}"
_JSON = "application/json"
_IN_PATH = re.compile(r"\{(\w+)\}")
_KEYS: dict[str, list[dict[str, list[str]]]] = {
    "anyone": [],
    "client": [{"clientKey": []}, {"clientKeyHeader": []}],
    "function": [{"functionKey": []}, {"functionKeyQuery": []}],
    "admin": [{"functionKey": []}, {"functionKeyQuery": []}],
    "signature": [{"webhookSignature": []}],
}
_SCHEMES = {
    "clientKey": {"type": "http", "scheme": "bearer", "description": "One of CLIENT_KEYS."},
    "clientKeyHeader": {"type": "apiKey", "in": "header", "name": "api-key"},
    "functionKey": {"type": "apiKey", "in": "header", "name": "x-functions-key"},
    "webhookSignature": {
        "type": "apiKey",
        "in": "header",
        "name": "webhook-signature",
        "description": "Of the body, as Standard Webhooks say, by WEBHOOK_SECRET.",
    },
    "functionKeyQuery": {"type": "apiKey", "in": "query", "name": "code"},
}
_MEANINGS = {
    400: "The request is malformed.",
    401: "No key, or a wrong one.",
    404: "There is no such thing.",
    409: "It exists, but not in a state for this.",
    429: "The service's rate limit; `retry-after` says when to come again.",
    500: "A bug or a wrong setting; the app's log has more.",
    502: "The service failed or refused the app.",
    503: "The model is asleep, or the app is not set up.",
    504: "The service did not answer in time.",
}


def document(request: Request) -> Response:
    """`GET openapi.json`, with the app's public address as its server."""
    content = {**specification(), "servers": [{"url": links.base(request)}]}
    return Response(orjson.dumps(content), media_type=_JSON)


@lru_cache(maxsize=1)
def specification() -> dict[str, Any]:
    """The document, without servers."""
    paths: dict[str, dict[str, Any]] = {}
    for one in DOORS:
        paths.setdefault(f"/{one.path}", {})[one.method] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {"title": "tunedrop", "version": VERSION},
        "paths": paths,
        "components": {"schemas": _schemas(), "securitySchemes": _SCHEMES},
    }


def _operation(one: Door) -> dict[str, Any]:
    answers = {str(status): _success(one) for status in (one.status, *one.also)}
    statuses = {*one.errors, 500} | ({401} if one.key != "anyone" else set())
    answers |= {str(status): _error(status) for status in sorted(statuses)}
    if one.answer is bodies.Health:
        answers["503"] = {"description": _MEANINGS[503], "content": _content(bodies.Health)}
    operation: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.about,
        "security": _KEYS[one.key],
        "responses": answers,
    }
    if parameters := _parameters(one):
        operation["parameters"] = parameters
    if one.request is not None:
        operation["requestBody"] = {"required": True, "content": _content(one.request)}
    return operation


def _success(one: Door) -> dict[str, Any]:
    content: dict[str, Any] = _content(one.answer) if one.answer else {}
    if not one.answer and not one.forms:
        content = {_JSON: {"schema": {"type": "object"}}}
    content |= {form: {"schema": {"type": "string"}} for form in one.forms}
    return {"description": one.about, "content": content}


def _error(status: int) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": _MEANINGS[status]}
    # The Functions host answers 401 for its own keys with an empty body.
    return answer if status == 401 else {**answer, "content": _content(bodies.Error)}


def _content(model: type[BaseModel]) -> dict[str, Any]:
    return {_JSON: {"schema": {"$ref": _REF.format(model=model.__name__)}}}


def _parameters(one: Door) -> list[dict[str, Any]]:
    path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _IN_PATH.findall(one.path)
    ]
    return path + (_query(one.query) if one.query else [])


def _query(model: type[BaseModel]) -> list[dict[str, Any]]:
    # Defined here once more than in the components: a query has no place for references.
    whole = model.model_json_schema(ref_template=_REF)
    needed = whole.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in needed, "schema": schema}
        for name, schema in whole["properties"].items()
    ]


def _schemas() -> dict[str, Any]:
    used: list[type[BaseModel]] = [bodies.Error]
    used += [model for one in DOORS for model in _models(one)]
    _, found = models_json_schema(
        [(model, "validation") for model in dict.fromkeys(used)], ref_template=_REF
    )
    schemas: dict[str, Any] = found["$defs"]
    return schemas


def _models(one: Door) -> list[type[BaseModel]]:
    models: list[type[BaseModel] | None] = [one.answer, one.request, one.query]
    return [model for model in models if model is not None]
