"""What leaves a door when something goes wrong behind it."""

import json
from typing import Any, get_type_hints

import pytest
from fastapi import Request, Response

from api.endpoint import door
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


def test_annotations_survive() -> None:
    """The worker checks the annotations of what the decorator returns."""

    @door
    async def function(req: Request) -> Response:
        return Response()

    assert get_type_hints(function) == {"req": Request, "return": Response}


async def _answer(error: Exception) -> Response:
    @door
    async def failing() -> Response:
        raise error

    return await failing()


def _error(answer: Response) -> dict[str, Any]:
    error: dict[str, Any] = json.loads(bytes(answer.body))["error"]
    return error
