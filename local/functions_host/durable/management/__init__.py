"""The HTTP API of the Durable extension: management web hook and the endpoint of the SDK's client.

Both answer alike; whoever embeds the engine checks keys for the first. Paths, codes, headers and
bodies are those of extension 3.19.0. A wrong method or path is 404 with an empty body.
"""

from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import unquote

from starlette.convertors import PathConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.functions_host.durable.failures import unknown_function
from local.functions_host.durable.links import HOOK, RPC
from local.functions_host.durable.management import (
    control,
    events,
    listing,
    other_task_hub,
    purging,
    starting,
    status,
)
from local.functions_host.durable.management.answers import bad_state, message, nothing
from local.functions_host.durable.management.query import Call

if TYPE_CHECKING:
    from local.functions_host.durable.engine import Engine

_Served: TypeAlias = Callable[[], Awaitable[Response]]
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
    segments = _without_dots(unquote(segment) for segment in rest.strip("/").split("/"))
    if segments is None or any("/" in segment for segment in segments):
        return None
    return [segment.replace("+", " ") for segment in segments] or [""]


def _without_dots(segments: Iterable[str]) -> list[str] | None:
    """The segments after `.` and `..` have been followed, escaped or not, as Kestrel does.

    None if they lead out of the API.
    """
    kept: list[str] = []
    for segment in segments:
        if segment == ".." and not kept:
            return None
        if segment == "..":
            kept.pop()
        elif segment != ".":
            kept.append(segment)
    return kept


async def _dispatch(call: Call, segments: list[str]) -> Response:
    method, kind, names = call.request.method, segments[0].lower(), segments[1:]
    served = _served(call, method, kind, names)
    if served is None:
        return nothing(404)
    if (name := call.unresolved) is not None:
        return bad_state(f"Unable to resolve the Azure Storage connection named '{name}'.")
    if call.elsewhere and kind != "entities":
        return other_task_hub.answer(method, kind, names)
    return await served()


def _served(call: Call, method: str, kind: str, names: list[str]) -> _Served | None:
    match (method, kind, *names):
        case (_, "instances", *rest):
            return _of_instances(call, method, rest)
        case ("POST", "orchestrators", name) if name:
            return partial(starting.start, call, name, None)
        case ("POST", "orchestrators", name, instance) if name:
            return partial(starting.start, call, name, instance)
        case ("GET" | "POST" | "DELETE", "entities", *entity) if len(entity) < 3:
            return partial(_entities, method, *entity)
    return None


def _of_instances(call: Call, method: str, names: list[str]) -> _Served | None:
    match (method, *names):
        case ("GET",):
            return partial(listing.listed, call)
        case ("DELETE",):
            return partial(purging.purge_by_filter, call)
        case ("GET", instance):
            return partial(status.get, call, instance)
        case ("DELETE", instance):
            return partial(purging.purge, call, instance)
        case ("POST", instance, operation) if operation.lower() in _OPERATIONS:
            return partial(_OPERATIONS[operation.lower()], call, instance)
        case ("POST", instance, operation, name) if operation.lower() == "raiseevent":
            return partial(events.raise_event, call, instance, name)
    return None


async def _entities(method: str, name: str = "", _: str = "") -> Response:
    if method == "GET":
        return nothing(404) if name else listing.empty_page()
    if name:
        return message(unknown_function(name, "entity", []), 400)
    why = "entity name must not be a null or empty string. (Parameter 'entityName')"
    return message(f"Invalid entity id: {why}", 400)
