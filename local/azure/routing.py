"""The three APIs of the service: who may call them, and the shape of answers and errors.

* v1 API, `/openai/v1/…`: 200 everywhere, errors with `type`, header `apim-request-id`
* dated API, `/openai/…?api-version=…`: 201 + Location for what was made
* management API, `/subscriptions/…?api-version=…`: Azure Resource Manager and Monitor
"""

import hmac
import json
import logging
import math
import re
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .errors import ServiceError, internal_error, invalid, resource_not_found
from .identity.errors import (
    management_invalid,
    management_missing,
    role_missing,
    wrong_key,
    wrong_token,
)
from .identity.roles import Permission, Roles
from .identity.state import DATA_PLANE, MANAGEMENT, Tokens

Handler = Callable[[Request], Awaitable[Response]]
V1_PREFIXES = ("/openai/v1", "/api/projects/{project}/openai/v1")
V1_VERSIONS = ("v1", "preview")
# `2024-10-21`, `2025-04-01-preview`; which of them a live resource still takes is not emulated
DATED_VERSION = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(-preview)?", re.IGNORECASE)

log = logging.getLogger("local.azure")


class RouteBuilder:
    """Wraps handlers into routes of the API they belong to."""

    def __init__(self, keys: tuple[str, ...], tokens: Tokens, roles: Roles) -> None:
        self._keys = keys
        self._tokens = tokens
        self._roles = roles

    def open_route(self, path: str, method: str, handler: Handler) -> Route:
        """A route that asks for no credential."""
        return _route(path, method, handler)

    def data_routes(self, path: str, method: str, handler: Handler) -> list[Route]:
        """The same path on the v1 and on the dated API."""
        return [*self.v1_routes(path, method, handler), self.dated_route(path, method, handler)]

    def v1_routes(self, path: str, method: str, handler: Handler) -> list[Route]:
        """A path that only the v1 API has."""
        return [
            _route(prefix + path, method, self._require_key(handler), kind=path)
            for prefix in V1_PREFIXES
        ]

    def dated_route(self, path: str, method: str, handler: Handler) -> Route:
        """A path that only the dated API has."""
        return _route("/openai" + path, method, self._require_key(handler), kind=path)

    def management_route(
        self,
        path: str,
        method: str,
        handler: Handler,
        audiences: frozenset[str] = MANAGEMENT,
        permission: Permission | None = None,
    ) -> Route:
        """A path of the management API, with the role that it requires, where that matters."""
        return _route(path, method, self._require_token(handler, audiences, permission))

    def _require_key(self, handler: Handler) -> Handler:
        async def handle(request: Request) -> Response:
            _check_data_version(request)
            self._check_caller(request)
            return await handler(request)

        return handle

    def _require_token(
        self, handler: Handler, audiences: frozenset[str], permission: Permission | None
    ) -> Handler:
        async def handle(request: Request) -> Response:
            token = bearer_token(request)
            if not token:
                raise management_missing()
            # An emulator's key is taken as well, so that curl needs no token.
            has_key = self._known_key(token)
            if not has_key and not self._tokens.accepts(token, audiences):
                raise management_invalid()
            _check_management_version(request.query_params.get("api-version"))
            if permission and not has_key and not self._roles.allows(permission):
                raise role_missing(permission, _scope(request))
            return await handler(request)

        return handle

    def _check_caller(self, request: Request) -> None:
        key = request.headers.get("api-key")
        token = bearer_token(request)
        if self._known_key(key or token):
            return
        if key or token.count(".") != 2:
            raise wrong_key()
        if not self._tokens.accepts(token, DATA_PLANE):
            raise wrong_token()

    def _known_key(self, given: str) -> bool:
        seen = given.encode("utf-8", "replace")
        return any(hmac.compare_digest(key.encode(), seen) for key in self._keys)


def bearer_token(request: Request) -> str:
    """The bearer token of the request, or an empty text."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def is_v1(request: Request) -> bool:
    """Whether the request came by the v1 API."""
    return "/openai/v1/" in request.url.path


def created_response(request: Request, path: str, body: dict[str, Any]) -> Response:
    """What was made: 200 on v1, 201 with its Location on the dated API."""
    if is_v1(request):
        return JSONResponse(body)
    version = request.query_params["api-version"]
    location = f"{str(request.base_url).rstrip('/')}/openai{path}?api-version={version}"
    return JSONResponse(body, 201, headers={"Location": location})


async def json_object(request: Request) -> dict[str, Any]:
    """The body as a JSON object.

    Raises:
        ServiceError: 400 if it is anything else.
    """
    raw = await request.body()
    try:
        body = json.loads(raw, parse_constant=_reject_constant, parse_float=_parse_float)
        if b"\\ud" in raw.lower():
            # Half a surrogate pair is valid JSON, but no text that could ever be answered.
            json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise invalid(f"The request body is not valid JSON: {error}") from None
    if not isinstance(body, dict):
        raise invalid(f"The request body must be a JSON object, not {type(body).__name__}")
    return body


def _reject_constant(text: str) -> float:
    # Python reads NaN and Infinity, but could never answer with them again.
    raise ValueError(f"{text} is no JSON number")


def _parse_float(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _reject_constant(text)


def _scope(request: Request) -> str:
    """The resource that a management request is about."""
    return request.url.path.rpartition("/providers/Microsoft.Insights")[0] or request.url.path


def _check_data_version(request: Request) -> None:
    version = request.query_params.get("api-version")
    if is_v1(request):
        good = version is None or version in V1_VERSIONS
    else:
        good = bool(DATED_VERSION.fullmatch(version or ""))
    if not good:
        raise resource_not_found()


def _check_management_version(version: str | None) -> None:
    if not version:
        raise ServiceError(
            400,
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        )
    if not DATED_VERSION.fullmatch(version):
        raise ServiceError(
            400, "InvalidApiVersionParameter", f"The api-version '{version}' is invalid."
        )


def _route(path: str, method: str, handler: Handler, kind: str = "") -> Route:
    """A route; requests are counted as `kind`, which is the same for all APIs."""
    return Route(path, _handle_errors(handler, f"{method} {kind or path}"), methods=[method])


def _handle_errors(handler: Handler, kind: str) -> Handler:
    async def answer(request: Request) -> Response:
        request.scope["emulator.kind"] = kind
        try:
            response = await handler(request)
        except ServiceError as error:
            response = JSONResponse(
                error.body(v1=is_v1(request)), error.status, headers=error.headers
            )
        except ClientDisconnect:
            response = Response(status_code=499)  # which nobody reads; nginx's word for that
        except Exception:
            # Raised on, it would break the connection of a caller that waits for an answer.
            log.exception("bug in the emulator at %s %s", request.method, request.url.path)
            response = JSONResponse(internal_error().body(v1=is_v1(request)), 500)
        return mark(response)

    return answer


def mark(response: Response) -> Response:
    """The response with the headers that every answer has."""
    response.headers["apim-request-id"] = secrets.token_hex(16)
    response.headers["x-ms-request-id"] = response.headers["apim-request-id"]
    response.headers["x-emulated"] = "true"
    return response
