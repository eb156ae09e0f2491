"""The OpenAPI document, made by FastAPI's generator from the endpoints.

The app runs no FastAPI application, so the generator gets a route of its own for each endpoint.
"""

import inspect
import re
import warnings
from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated, Any

import orjson
from fastapi import Body, Path, Query, Response, Security
from fastapi.openapi.utils import get_openapi
from fastapi.params import Depends
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from fastapi.security import APIKeyHeader, APIKeyQuery, HTTPBearer
from pydantic.warnings import UnsupportedFieldAttributeWarning

from api import VERSION
from api.endpoint import ENDPOINTS, Access, Endpoint
from api.schemas.errors import Error

_IN_PATH = re.compile(r"\{(\w+)\}")
_FUNCTION_KEY = (
    Security(APIKeyHeader(name="x-functions-key", scheme_name="functionKey")),
    Security(APIKeyQuery(name="code", scheme_name="functionKeyQuery")),
)
_SECURITY: dict[Access, tuple[Depends, ...]] = {
    Access.ANYONE: (),
    Access.CLIENT_KEY: (
        Security(HTTPBearer(scheme_name="clientKey", description="One of CLIENT_KEYS.")),
        Security(APIKeyHeader(name="api-key", scheme_name="clientKeyHeader")),
    ),
    Access.FUNCTION_KEY: _FUNCTION_KEY,
    Access.MASTER_KEY: _FUNCTION_KEY,
    Access.SIGNATURE: (
        Security(
            APIKeyHeader(
                name="webhook-signature",
                scheme_name="webhookSignature",
                description="Of the body, as Standard Webhooks define it, by WEBHOOK_SECRET.",
            )
        ),
    ),
}
_DESCRIPTIONS = {
    200: "The request succeeded.",
    201: "The resource was created; the response is the only one that has its key.",
    202: "The request is accepted, and the work continues.",
    400: "The request is malformed.",
    401: "The key is missing or not valid.",
    403: "The client may not use this model.",
    404: "The resource does not exist.",
    409: "The resource exists, but its state does not allow this.",
    413: "The body is too large.",
    429: "The service's rate limit; `retry-after` says when to retry.",
    500: "A bug or an invalid setting; the app's log has more.",
    502: "The service failed or refused the app.",
    503: "The model is asleep, or the app is not configured.",
    504: "The service did not respond in time.",
}
_NULL = {"type": "null"}


def document(address: str) -> bytes:
    """The document as JSON.

    Args:
        address: The app's public address, which is the document's server.
    """
    return orjson.dumps({**specification(), "servers": [{"url": address}]})


@lru_cache(maxsize=1)
def specification() -> dict[str, Any]:
    """The document without servers, of all endpoints that are registered by now."""
    with warnings.catch_warnings():
        # FastAPI ignores it as well, but not where a schema is built as late as ours are.
        warnings.simplefilter("ignore", UnsupportedFieldAttributeWarning)
        made = get_openapi(
            title="tunedrop",
            version=VERSION,
            routes=[_route(one) for one in ENDPOINTS],
            separate_input_output_schemas=False,
        )
    for operations in made["paths"].values():
        for operation in operations.values():
            # FastAPI's own validation, which answers so, does not run here.
            operation["responses"].pop("422", None)
    for name in ("HTTPValidationError", "ValidationError"):
        made["components"]["schemas"].pop(name)
    specification: dict[str, Any] = _without_null_unions(made)
    return specification


def _route(one: Endpoint) -> APIRoute:
    summary, _, description = (inspect.getdoc(one.handler) or "").partition("\n\n")
    return APIRoute(
        f"/{one.path}",
        _Operation(one),
        methods=[one.method],
        operation_id=one.name,
        summary=" ".join(summary.split()),
        description=description,
        dependencies=_SECURITY[one.access],
        status_code=one.statuses[0],
        response_model=one.response,
        # Without a schema FastAPI would declare a JSON body of any kind.
        response_class=JSONResponse if one.response else Response,
        response_description=_DESCRIPTIONS[one.statuses[0]],
        responses=dict(_responses(one)),
    )


class _Operation:
    """What FastAPI reads parameters and bodies from: a callable with a signature."""

    def __init__(self, one: Endpoint) -> None:
        found: dict[str, object] = {
            name: Annotated[str, Path(pattern=one.name_pattern if name == "name" else None)]
            for name in _IN_PATH.findall(one.path)
        }
        if one.query is not None:
            found["query"] = Annotated[one.query, Query()]
        if one.request is not None:
            found["body"] = Annotated[one.request, Body()]
        self.__name__ = one.name
        self.__signature__ = inspect.Signature(
            [
                inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind)
                for name, kind in found.items()
            ]
        )

    def __call__(self) -> None:
        raise NotImplementedError


def _responses(one: Endpoint) -> Iterator[tuple[int | str, dict[str, Any]]]:
    others = {kind: {"schema": _media_schema(kind)} for kind in one.media_types}
    for status in one.statuses:
        yield (
            status,
            {
                "description": _DESCRIPTIONS[status],
                **({"model": one.response} if one.response else {}),
                **({"content": others} if others else {}),
            },
        )
    for status in sorted({*one.errors, 500}):
        yield status, {"description": _DESCRIPTIONS[status], "model": Error}
    match one.access:
        case Access.CLIENT_KEY | Access.SIGNATURE:
            yield 401, {"description": _DESCRIPTIONS[401], "model": Error}
        case Access.FUNCTION_KEY | Access.MASTER_KEY:
            # The Functions host's own answer, which has no body.
            yield 401, {"description": _DESCRIPTIONS[401]}


def _media_schema(media_type: str) -> dict[str, str]:
    return {"type": "object" if media_type == "application/json" else "string"}


def _without_null_unions(value: Any) -> Any:
    """`value` with each `anyOf` of null and one type written so that C# generators read it.

    NSwag and Kiota make a class without members of such an `anyOf`.
    """
    if isinstance(value, list):
        return [_without_null_unions(one) for one in value]
    if not isinstance(value, dict):
        return value
    found = {name: _without_null_unions(one) for name, one in value.items()}
    kinds = found.get("anyOf")
    if not isinstance(kinds, list) or _NULL not in kinds:
        return found
    del found["anyOf"]
    others = [kind for kind in kinds if kind != _NULL]
    if len(others) == 1 and isinstance(others[0].get("type"), str):
        return {**others[0], **found, "type": [others[0]["type"], "null"]}
    return {**found, "oneOf": [*others, _NULL]}
