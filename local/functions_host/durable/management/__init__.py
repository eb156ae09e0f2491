"""The HTTP API of the Durable extension: management web hook and the endpoint of the SDK's client.

Both answer alike; whoever embeds the engine checks keys for the first. Paths, codes, headers and
bodies are those of extension 3.19.0. A wrong method or path is 404 with an empty body; what Azure
does and this host does not is 501 with a sentence.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeAlias
from urllib.parse import unquote

from starlette.convertors import PathConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.functions_host.durable.engine import Engine
from local.functions_host.durable.links import HOOK, RPC
from local.functions_host.durable.management import control, starting, status
from local.functions_host.durable.management.call import Call, empty, unsupported_response

_Operation: TypeAlias = Callable[[], Awaitable[Response]]
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_OPERATIONS: dict[str, Callable[[Call, str], Awaitable[Response]]] = {
    "terminate": control.terminate,
    "suspend": control.suspend,
    "resume": control.resume,
    "rewind": control.rewind,
    "restart": starting.restart,
}


class _Rest(PathConvertor):
    """Whatever follows, even a line feed, which an instance id may contain."""

    regex = r"(?:/[\s\S]*)?"


def routes(engine: Engine) -> list[Route]:
    """The routes of both endpoints."""

    async def serve(request: Request) -> Response:
        return await _dispatch(Call(engine, request), _segments(request))

    register_url_convertor("rest", _Rest())
    return [Route(f"{root}{{rest:rest}}", serve, methods=_METHODS) for root in (HOOK, RPC)]


def _segments(request: Request) -> list[str]:
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    root = HOOK if raw.lower().startswith(HOOK.encode()) else RPC
    rest = raw.decode("ascii", "replace").partition("?")[0][len(root) :]
    # As with the extension: "+" is a space, escaped or not.
    return [unquote(segment).replace("+", " ") for segment in rest.strip("/").split("/")]


async def _dispatch(call: Call, segments: list[str]) -> Response:
    method, kind, names = call.request.method, segments[0].lower(), segments[1:]
    # An id with a slash is out of reach, as with the extension.
    operation = None if any("/" in name for name in names) else _find(call, method, kind, names)
    if operation is None:
        return empty(404)
    if call.other_hub:
        return unsupported_response("another task hub or storage account than the app's")
    return await operation()


def _find(call: Call, method: str, kind: str, names: list[str]) -> _Operation | None:
    match (method, kind, *names):
        case (_, "instances", *rest):
            return _find_instances(call, method, rest)
        case ("POST", "orchestrators", name) if name:
            return partial(starting.start, call, name, None)
        case ("POST", "orchestrators", name, instance) if name:
            return partial(starting.start, call, name, instance)
        case ("GET" | "POST" | "DELETE", "entities", *_):
            return partial(_refuse, "entities")
    return None


def _find_instances(call: Call, method: str, names: list[str]) -> _Operation | None:
    match (method, *names):
        case ("GET",):
            return partial(status.list_instances, call)
        case ("DELETE",):
            return partial(_refuse, "purging by filter")
        case ("GET", instance):
            return partial(status.get, call, instance)
        case ("DELETE", instance):
            return partial(control.purge, call, instance)
        case ("POST", instance, operation) if operation.lower() in _OPERATIONS:
            return partial(_OPERATIONS[operation.lower()], call, instance)
        case ("POST", _, operation) if operation.lower() == "restartwithoptions":
            return partial(_refuse, "a restart with options")
        case ("POST", instance, operation, name) if operation.lower() == "raiseevent":
            return partial(control.raise_event, call, instance, name)
    return None


async def _refuse(what: str) -> Response:
    return unsupported_response(what)
