"""What an endpoint gives to its handler, and answers when the handler fails."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from fastapi import Request, Response

from api.endpoint import Access, Endpoint
from api.schemas.runs import RunsQuery
from shared.access import Client
from shared.errors import (
    KeyRefusedError,
    NotFoundError,
    NotReadyError,
    ServiceError,
    SettingError,
    TunedropError,
)

LIMIT = ServiceError(
    "rate_limited", "Slow down.", status=429, retry_after=2.5, headers={"retry-after-ms": "2500"}
)


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (NotFoundError("run_not_found", "There is no run 'x'."), 404, "invalid_request_error"),
        (NotReadyError("model_asleep", "Asleep.", status=503), 503, "server_error"),
        (SettingError("POLL_MAX", "x", "a number", "10m"), 500, "server_error"),
        (LIMIT, 429, "invalid_request_error"),
    ],
)
async def test_errors_have_openais_form(error: TunedropError, status: int, kind: str) -> None:
    """Every error of ours is answered with its status, code and words."""
    answer = await _answer(error)

    said = _error(answer)
    assert (answer.status_code, said["code"], said["type"]) == (status, error.code, kind)
    assert said["message"] == str(error)


async def test_when_to_come_again() -> None:
    """The service's retry headers go on, and `retry-after` is whole seconds, rounded up."""
    answer = await _answer(LIMIT)

    assert answer.headers["retry-after-ms"] == "2500"
    assert answer.headers["retry-after"] == "3"


async def test_a_refused_key_says_how_to_send_one() -> None:
    """A 401 names the scheme, as HTTP wants it."""
    answer = await _answer(KeyRefusedError("invalid_api_key", "No."))

    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_bug_shows_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """An unexpected exception is 500 without a word of it, and the log has all of it."""
    answer = await _answer(KeyError("s3cret"))

    assert answer.status_code == 500
    assert _error(answer)["code"] == "internal_error"
    assert b"s3cret" not in bytes(answer.body)
    assert "s3cret" in caplog.text


async def test_a_handler_gets_what_it_names() -> None:
    """A handler gets request, parsed query and further bindings as far as it names them."""

    async def handler(request: Request, query: RunsQuery, client: str) -> Response:
        return Response(f"{request.method} {query.limit} {client}")

    answer = await _endpoint(handler).call(_request(b"limit=7"), client="durable")

    assert bytes(answer.body) == b"GET 7 durable"


async def test_a_handler_without_arguments() -> None:
    """A handler that needs nothing of the request takes nothing."""

    async def handler() -> Response:
        return Response("ok")

    assert bytes((await _endpoint(handler).call(_request())).body) == b"ok"


async def test_an_invalid_query_never_reaches_the_handler() -> None:
    """A query that does not fit its schema is 400 with the parameter's name."""

    async def handler(query: RunsQuery) -> Response:
        raise AssertionError(query)

    answer = await _endpoint(handler).call(_request(b"limit=0"))

    assert (answer.status_code, _error(answer)["param"]) == (400, "limit")


async def test_a_client_key_is_checked_first(app: dict[str, str]) -> None:
    """Without a client key the handler is not called; with one it gets the client."""

    async def handler(caller: Client) -> Response:
        return Response(caller.name)

    one = _endpoint(handler, access=Access.CLIENT_KEY)
    refused, passed = await one.call(_request()), await one.call(_request(api_key="client-key"))

    assert (refused.status_code, _error(refused)["code"]) == (401, "client_key_missing")
    assert bytes(passed.body) == b"tests"


async def _answer(error: Exception) -> Response:
    async def failing() -> Response:
        raise error

    return await _endpoint(failing, Access.FUNCTION_KEY).call(_request())


def _endpoint(
    handler: Callable[..., Awaitable[Response]], access: Access = Access.ANYONE
) -> Endpoint:
    return Endpoint(handler, "GET", "x", access)


def _request(query: bytes = b"", api_key: str = "") -> Request:
    headers = [(b"api-key", api_key.encode())] if api_key else []
    scope = {"type": "http", "method": "GET", "headers": headers, "query_string": query}
    return Request(scope)


def _error(answer: Response) -> dict[str, Any]:
    error: dict[str, Any] = json.loads(bytes(answer.body))["error"]
    return error
