"""The decorator that makes a function an HTTP endpoint.

Everything that is to be known of an endpoint stands above its handler: method, path, who may call
it, schemas, errors. The Azure function, the check of client keys, the parsing of the query, the
form of errors and the OpenAPI document (`api/openapi.py`) are made from that.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, TypeVar

import azure.durable_functions as df
import azure.functions as func
import azurefunctions.extensions.http.fastapi  # noqa: F401  the worker looks for it: HTTP streams
from fastapi import Request, Response
from pydantic import BaseModel
from starlette.convertors import PathConvertor, register_url_convertor

from api import client_keys
from api.errors import error_response, internal_error, misconfigured
from api.requests import parse, query_parameters
from api.worker_requests import watch
from shared.errors import SettingError, TunedropError

log = logging.getLogger("tunedrop.api")

Handler = TypeVar("Handler", bound=Callable[..., Awaitable[Response]])

#: The Azure functions of all endpoints; `function_app` registers them.
blueprint = df.Blueprint()
#: Every endpoint, in the order of the imports in `api/endpoints/__init__.py`.
ENDPOINTS: list["Endpoint"] = []


class _AnyPath(PathConvertor):
    """All paths, those with an encoded line break too.

    The extension serves every function by one route with a path in it. What Starlette's own does
    not match would be answered in another form of error, while its invocation waits.
    """

    regex = "(?s:.*)"


register_url_convertor("path", _AnyPath())


class Access(StrEnum):
    """Who may call an endpoint."""

    ANYONE = "anyone"
    CLIENT_KEY = "client key"  # which the app checks
    FUNCTION_KEY = "function key"  # the Functions host's own, which it checks before the app
    MASTER_KEY = "master key"  # likewise
    SIGNATURE = "signature"  # of the body, which the handler checks


_AUTH_LEVELS = {
    Access.FUNCTION_KEY: func.AuthLevel.FUNCTION,
    Access.MASTER_KEY: func.AuthLevel.ADMIN,
}


@dataclass(frozen=True)
class Endpoint:
    """An HTTP endpoint.

    Attributes:
        handler: Answers a request. It takes those of these arguments that it names: `request`;
            `client`, a durable client; `caller`, the client whose key it is; `query`, an instance
            of the model that its annotation names.
        method: In capitals.
        path: Below the host's prefix, with path parameters in braces.
        access: Who may call it.
        response: The JSON body of a success; None if there is none.
        statuses: Of responses with that body, the usual one first.
        request: The JSON body that it takes, for the document; the handler reads it.
        media_types: Other media types of a success.
        errors: Statuses of errors; 401, where there is a key, and 500 are added.
        name_pattern: Of the path parameter `name`, for the document; the handler checks it.
    """

    handler: Callable[..., Awaitable[Response]]
    method: str
    path: str
    access: Access
    response: type[BaseModel] | None = None
    statuses: tuple[int, ...] = (200,)
    request: type[BaseModel] | None = None
    media_types: tuple[str, ...] = ()
    errors: tuple[int, ...] = ()
    name_pattern: str | None = None

    @property
    def name(self) -> str:
        """The name of the handler, of the Azure function and of the operation."""
        return self.handler.__name__

    @cached_property
    def parameters(self) -> frozenset[str]:
        """The names of the arguments that the handler takes."""
        return frozenset(self.handler.__annotations__) - {"return"}

    @cached_property
    def query(self) -> type[BaseModel] | None:
        """The model of the query, if the handler takes it."""
        return self.handler.__annotations__.get("query")

    async def call(self, request: Request, **bindings: Any) -> Response:
        """Answer a request; every error becomes a response.

        The worker would answer an exception with a bare "Internal Server Error".

        Args:
            request: The request.
            bindings: Further arguments for the handler, such as `client`.
        """
        watch.count()
        try:
            return await self.handler(**await self._arguments(request, bindings))
        except TunedropError as error:
            if error.status >= 500:
                log.error("%s: %s: %s", self.name, error.code, error)
            return error_response(self._shown(error))
        except Exception:
            log.exception("%s failed", self.name)
            return error_response(internal_error())

    def _shown(self, error: TunedropError) -> TunedropError:
        """The error as this endpoint's callers may see it: settings are the operator's affair."""
        if isinstance(error, SettingError) and self.access not in _AUTH_LEVELS:
            return misconfigured()
        return error

    async def _arguments(self, request: Request, bindings: dict[str, Any]) -> dict[str, Any]:
        found = bindings
        if self.access is Access.CLIENT_KEY:
            caller = await client_keys.check(request.headers)
            if "caller" in self.parameters:
                found["caller"] = caller
        if self.query is not None:
            found["query"] = parse(self.query, query_parameters(request))
        if "request" in self.parameters:
            found["request"] = request
        return found


def endpoint(
    method: str,
    path: str,
    *,
    access: Access,
    response: type[BaseModel] | None = None,
    statuses: tuple[int, ...] = (200,),
    request: type[BaseModel] | None = None,
    media_types: tuple[str, ...] = (),
    errors: tuple[int, ...] = (),
    name_pattern: str | None = None,
) -> Callable[[Handler], Handler]:
    """Register a handler as an endpoint, and leave the handler itself as it is.

    Its docstring is the operation's summary. Arguments are those of `Endpoint`.
    """

    def register(handler: Handler) -> Handler:
        made = Endpoint(
            handler,
            method,
            path,
            access,
            response,
            statuses,
            request,
            media_types,
            errors,
            name_pattern,
        )
        ENDPOINTS.append(made)
        _add_function(made)
        return handler

    return register


def _add_function(made: Endpoint) -> None:
    # The worker compares parameters and annotations with the bindings when it loads a function.
    async def function(req: Request) -> Response:
        return await made.call(req)

    async def function_with_client(req: Request, client: df.DurableOrchestrationClient) -> Response:
        return await made.call(req, client=client)

    route = blueprint.route(
        route=made.path,
        methods=[made.method],
        auth_level=_AUTH_LEVELS.get(made.access, func.AuthLevel.ANONYMOUS),
    )
    if "client" not in made.parameters:
        function.__name__ = made.name
        route(function)
        return
    function_with_client.__name__ = made.name
    route(blueprint.durable_client_input(client_name="client")(function_with_client))
