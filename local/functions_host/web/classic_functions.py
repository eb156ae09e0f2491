"""HTTP functions with azure.functions types: a whole request in, a whole response out."""

from http.cookies import SimpleCookie
from typing import Any

from azure.functions.meta import Datum

from local.functions_host.web.asgi import Exchange, Scope, Send, answer, body, query
from local.functions_host.worker.functions import Function
from local.functions_host.worker.invocation import Invocation, Invoker


async def respond(
    exchange: Exchange, invoker: Invoker, function: Function, values: dict[str, str]
) -> None:
    """Answer one request by a classic function.

    Args:
        exchange: the request and the way back.
        invoker: runs the function.
        function: the function of the route.
        values: the route's parameters.

    Raises:
        Failure: the function raised, or returned what is no response; the caller answers 500.
        CallerLeft: the request was not complete.
    """
    request = _request(exchange.scope, await body(exchange.receive), values)
    send = exchange.send
    call = Invocation(inputs={function.trigger["name"]: request})
    result = await invoker.convert(function, call)
    if result.type == "http":
        await _answer_response(send, result.value)
    else:
        text = "" if result.value is None else str(result.value)
        await answer(send, 200, text.encode(), "text/plain; charset=utf-8")


def _request(scope: Scope, content: bytes, values: dict[str, str]) -> Datum:
    return Datum(
        {
            "method": Datum(scope["method"], "string"),
            "url": Datum(_url(scope), "string"),
            "headers": _texts(_headers(scope)),
            "query": _texts(_query(scope)),
            "params": _texts(values),
            "body": Datum(content, "bytes"),
        },
        "http",
    )


def _texts(values: dict[str, str]) -> dict[str, Datum]:
    return {name: Datum(value, "string") for name, value in values.items()}


def _headers(scope: Scope) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        joined[key] = f"{joined[key]},{text}" if key in joined else text
    return joined


def _query(scope: Scope) -> dict[str, str]:
    """The query as the host sends it: repeated ones joined by a comma, empty ones left out."""
    joined: dict[str, str] = {}
    for name, value in query(scope):
        if value:
            joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _url(scope: Scope) -> str:
    host = next((v.decode("latin-1") for n, v in scope["headers"] if n == b"host"), "localhost")
    text = f"{scope['scheme']}://{host}{scope['raw_path'].decode('latin-1')}"
    tail = scope["query_string"].decode("latin-1")
    return f"{text}?{tail}" if tail else text


async def _answer_response(send: Send, value: dict[str, Any]) -> None:
    headers = [
        (name.lower().encode("latin-1"), str(datum.value).encode("latin-1"))
        for name, datum in value["headers"].items()
    ]
    headers += [(b"set-cookie", line) for line in _cookies(value["cookies"] or [])]
    await answer(send, int(value["status_code"].value), value["body"].value, None, headers)


def _cookies(jars: list[SimpleCookie]) -> list[bytes]:
    return [morsel.OutputString().encode("latin-1") for jar in jars for morsel in jar.values()]
