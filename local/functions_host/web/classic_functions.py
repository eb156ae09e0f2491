"""HTTP functions with azure.functions types: a whole request in, a whole response out."""

from typing import Any

from azure.functions.meta import Datum
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from local.functions_host.worker.functions import Function
from local.functions_host.worker.invocation import Invocation, Invoker


async def respond(
    request: Request, invoker: Invoker, function: Function, values: dict[str, str]
) -> Response:
    """The answer of a classic function.

    Args:
        request: the request.
        invoker: runs the function.
        function: the function of the route.
        values: the route's parameters.

    Raises:
        Failure: the function raised, or returned what is no response; the caller answers 500.
        ClientDisconnect: the request was not complete.
    """
    given = _datum(request, await request.body(), values)
    result = await invoker.convert(function, Invocation(inputs={function.trigger["name"]: given}))
    if result.type == "http":
        return _response(result.value)
    return PlainTextResponse("" if result.value is None else str(result.value))


def _datum(request: Request, content: bytes, values: dict[str, str]) -> Datum:
    headers = {name: ",".join(request.headers.getlist(name)) for name in request.headers}
    # Repeated ones are joined by a comma, empty ones left out, as the host sends them.
    query = {
        name: ",".join(filter(None, request.query_params.getlist(name)))
        for name, value in request.query_params.multi_items()
        if value
    }
    return Datum(
        {
            "method": Datum(request.method, "string"),
            "url": Datum(_url(request), "string"),
            "headers": _texts(headers),
            "query": _texts(query),
            "params": _texts(values),
            "body": Datum(content, "bytes"),
        },
        "http",
    )


def _texts(values: dict[str, str]) -> dict[str, Datum]:
    return {name: Datum(value, "string") for name, value in values.items()}


def _url(request: Request) -> str:
    """The address as it was sent: Starlette's own has a path that is decoded."""
    scope = request.scope
    host = request.headers.get("host", "localhost")
    text = f"{scope['scheme']}://{host}{scope['raw_path'].decode('latin-1')}"
    tail = scope["query_string"].decode("latin-1")
    return f"{text}?{tail}" if tail else text


def _response(value: dict[str, Any]) -> Response:
    headers = {name: str(datum.value) for name, datum in value["headers"].items()}
    response = Response(value["body"].value, int(value["status_code"].value), headers)
    for jar in value["cookies"] or []:
        for morsel in jar.values():
            response.raw_headers.append((b"set-cookie", morsel.OutputString().encode("latin-1")))
    return response
