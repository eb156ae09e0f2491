"""The HTTP API of the Durable extension: management web hook and the endpoint of the SDK's client.

Both answer alike; whoever embeds the engine checks keys for the first. Paths, codes, headers and
bodies are those of extension 3.19.0. A wrong method or path is 404 with an empty body.
"""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from urllib.parse import unquote

from starlette.convertors import PathConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.host.durable.failures import unknown_function
from local.host.durable.links import HOOK, RPC
from local.host.durable.management import control, events, listing, purging, starting, status
from local.host.durable.management.answers import body, message, nothing
from local.host.durable.management.query import Call

if TYPE_CHECKING:
    from local.host.durable.engine import Engine

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_OPERATIONS: dict[str, Callable[[Call, str], Awaitable[Response]]] = {
    "terminate": control.terminate,
    "suspend": control.suspend,
    "resume": control.resume,
    "rewind": control.rewind,
    "restart": starting.restart,
    "restartwithoptions": starting.restart_with_options,
}


class _Rest(PathConvertor):
    """Whatever follows, even a line feed, which an instance id may contain."""

    regex = r"(?:/[\s\S]*)?"


def routes(engine: "Engine") -> list[Route]:
    """The routes of both endpoints."""

    async def serve(request: Request) -> Response:
        segments = _segments(request)
        if segments is None:
            return nothing(404)
        return await _dispatch(Call(engine, request), segments)

    register_url_convertor("rest", _Rest())
    return [Route(f"{root}{{rest:rest}}", serve, methods=_METHODS) for root in (HOOK, RPC)]


def _segments(request: Request) -> list[str] | None:
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    root = HOOK if raw.lower().startswith(HOOK.encode()) else RPC
    rest = raw.decode("ascii", "replace").partition("?")[0][len(root) :]
    # As with the extension: "+" is a space, escaped or not, and an id with a slash is out of reach.
    segments = [unquote(segment).replace("+", " ") for segment in rest.strip("/").split("/")]
    return None if any("/" in segment for segment in segments) else segments


async def _dispatch(call: Call, segments: list[str]) -> Response:
    kind, *rest = segments
    if kind.lower() == "instances":
        return await _instances(call, rest)
    match (call.request.method, kind.lower(), *rest):
        case ("POST", "orchestrators", name):
            return await starting.start(call, name, None)
        case ("POST", "orchestrators", name, instance):
            return await starting.start(call, name, instance)
        case ("GET", "entities"):
            return body([])
        case ("POST", "entities", name, _):
            return message(unknown_function(name, "entity", []), 400)
    return nothing(404)


async def _instances(call: Call, segments: list[str]) -> Response:
    match (call.request.method, *segments):
        case ("GET",):
            return await listing.listed(call)
        case ("DELETE",):
            return await purging.purge_by_filter(call)
        case ("GET", instance):
            return await status.get(call, instance)
        case ("DELETE", instance):
            return await purging.purge(call, instance)
        case ("POST", instance, operation) if operation.lower() in _OPERATIONS:
            return await _OPERATIONS[operation.lower()](call, instance)
        case ("POST", instance, operation, name) if operation.lower() == "raiseevent":
            return await events.raise_event(call, instance, name)
    return nothing(404)
