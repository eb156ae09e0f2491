"""Exceptions of the real SDKs, met over HTTP, become `ServiceError`s that can be acted on."""

from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime

import pytest

from shared import clock
from shared.clients.data_plane import data_plane
from shared.clients.deployments import deployments
from shared.clients.files import files
from shared.clients.refusals import OPENAI
from shared.clients.translate import retry_after, translate_errors
from shared.errors import ServiceError, SettingError
from tests.shared.clients.conftest import Reply, ScriptedServer


def _refuse(scripted_server: ScriptedServer, reply: Reply) -> ServiceError:
    scripted_server.reply_with(reply)
    with pytest.raises(ServiceError) as caught:
        files().get("file-1")
    return caught.value


def test_message_names_service_action_status_and_reason(scripted_server: ScriptedServer) -> None:
    """The message says who refused what, and in whose words."""
    error = _refuse(
        scripted_server, Reply(400, {"error": {"code": "invalidPayload", "message": "Bad."}})
    )

    assert error.message == (
        "Azure OpenAI refused to show file file-1 (HTTP 400, invalidPayload): Bad."
    )
    assert (error.code, error.status, error.retryable) == ("invalidPayload", 400, False)


def test_numeric_code_gets_a_name(scripted_server: ScriptedServer) -> None:
    """A body that repeats the status as its code does not become a code of digits."""
    error = _refuse(
        scripted_server, Reply(429, {"error": {"code": "429", "message": "Slow down."}})
    )

    assert error.code == "rate_limited"
    assert error.retryable


def test_body_and_retry_headers_are_kept_for_callers(scripted_server: ScriptedServer) -> None:
    """Chat can pass on the service's own object and its retry headers, and only those."""
    inner = {"code": "429", "message": "Slow down.", "innererror": {"code": "x"}}
    headers = {"retry-after-ms": "1500", "retry-after": "2", "x-secret": "no"}

    error = _refuse(scripted_server, Reply(429, {"error": inner}, headers))

    assert error.body == inner
    assert error.headers == {"retry-after-ms": "1500", "retry-after": "2"}
    assert error.retry_after == 1.5


def test_html_page_of_a_gateway_is_cut(scripted_server: ScriptedServer) -> None:
    """An answer that is no JSON gives a short message, not a page."""
    page = b"<html>" + b"x" * 5000

    error = _refuse(scripted_server, Reply(502, page, {"content-type": "text/html"}))

    assert error.code == "service_failed"
    assert error.retryable
    assert len(error.message) < 800


def test_cut_connection_is_retryable(scripted_server: ScriptedServer) -> None:
    """A connection that ends without an answer is worth another try, and says so."""
    error = _refuse(scripted_server, Reply(0))

    assert (error.code, error.retryable, error.status) == ("unreachable", True, 502)


def test_time_out_is_retryable(scripted_server: ScriptedServer) -> None:
    """A service that is silent for too long is worth another try."""
    scripted_server.reply_with(Reply(silent=True))
    client = data_plane().with_options(timeout=0.2)

    with pytest.raises(ServiceError) as caught, translate_errors(OPENAI, "answer"):
        client.files.retrieve("file-1")

    assert (caught.value.code, caught.value.retryable, caught.value.status) == (
        "timeout",
        True,
        504,
    )


def test_nothing_is_tried_again(scripted_server: ScriptedServer) -> None:
    """A refusal arrives after one request, so that waiting shows in the run's status."""
    _refuse(scripted_server, Reply(503, {"error": {"message": "Busy."}}, {"retry-after": "60"}))

    assert len(scripted_server.seen) == 1


def test_azure_core_refusal_keeps_code_and_words(scripted_server: ScriptedServer) -> None:
    """Resource Manager's code and message arrive as the service sent them."""
    words = "Another operation is being performed on the parent resource 'x'."
    scripted_server.reply_with(Reply(409, {"error": {"code": "RequestConflict", "message": words}}))

    with pytest.raises(ServiceError) as caught:
        deployments().list()

    assert caught.value.code == "RequestConflict"
    assert words in caught.value.message
    assert caught.value.retryable
    assert caught.value.body == {"code": "RequestConflict", "message": words}


def test_azure_core_cut_connection_is_retryable(scripted_server: ScriptedServer) -> None:
    """A broken connection to Resource Manager is worth another try."""
    scripted_server.reply_with(Reply(0))

    with pytest.raises(ServiceError) as caught:
        deployments().list()

    assert (caught.value.code, caught.value.retryable) == ("unreachable", True)


@pytest.mark.parametrize("call", [lambda: files().get("file-1"), lambda: deployments().list()])
def test_success_without_sense_is_no_answer(
    scripted_server: ScriptedServer, call: Callable[[], object]
) -> None:
    """A 200 that is no JSON, as gateways send, is an error of that name, not a crash."""
    scripted_server.reply_with(Reply(200, b"<html>hello"))

    with pytest.raises(ServiceError) as caught:
        call()

    assert (caught.value.code, caught.value.status) == ("unreadable", 502)
    assert caught.value.retryable


def test_no_identity_says_how_to_get_one(
    scripted_server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a working identity the error names the role and the ways to have one.

    It is worth another try: who gives tokens may be away for a short time, as any service.
    """
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{scripted_server.url}/nothing-here")
    scripted_server.reply_with(Reply(400, {"error": "invalid_request"}))

    with pytest.raises(ServiceError) as caught:
        files().get("file-1")

    assert caught.value.code == "no_identity"
    assert "az login" in caught.value.hint
    assert caught.value.retryable


def test_secret_in_an_answer_is_hidden_everywhere(scripted_server: ScriptedServer) -> None:
    """What a service quotes of a secret is in neither message, body, text nor cause."""
    body = {
        "error": {
            "code": "x",
            "message": "refused ?sig=verysecret123",
            "param": "sig=verysecret123",
        }
    }

    error = _refuse(scripted_server, Reply(400, body))

    assert "verysecret" not in f"{error!r} {error} {error.body} {error.__cause__}"
    assert error.__suppress_context__


@pytest.mark.parametrize("error", [KeyError("mine"), SettingError("A", None, "b", "c")])
def test_other_errors_pass(error: Exception) -> None:
    """A bug or an error of our own is not dressed up as the service's."""
    with pytest.raises(type(error)) as caught, translate_errors(OPENAI, "answer"):
        raise error

    assert caught.value is error


@pytest.mark.parametrize(
    ("headers", "message", "seconds"),
    [
        ({"Retry-After": "7"}, "", 7.0),
        ({"retry-after-ms": "250", "retry-after": "9"}, "", 0.25),
        ({}, "Please retry after 22 seconds.", 22.0),
        ({"retry-after": "soon"}, "", None),
        ({}, "", None),
    ],
)
def test_wait_is_read_from_headers_or_words(
    headers: dict[str, str], message: str, seconds: float | None
) -> None:
    """Milliseconds win over seconds, words help where headers are missing."""
    assert retry_after(headers, message) == seconds


def test_wait_may_be_a_date() -> None:
    """A date is turned into seconds from now, never into a negative wait."""
    later = clock.now() + timedelta(seconds=90)

    wait = retry_after({"retry-after": format_datetime(later, usegmt=True)})
    past = retry_after({"retry-after": "Mon, 01 Jan 2024 00:00:00 GMT"})

    assert wait is not None
    assert 80 < wait <= 90
    assert past == 0.0
