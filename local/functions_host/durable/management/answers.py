"""Answers of the management API."""

from typing import Any

from starlette.responses import Response

from local.functions_host.durable.net_json import Unreadable, dump

_JSON = "application/json; charset=utf-8"


def empty(code: int) -> Response:
    """An empty answer."""
    return Response(status_code=code)


def body(value: Any, code: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer."""
    return Response(dump(value), code, headers, media_type=_JSON)


def message(text: str, code: int) -> Response:
    """An error with a message only."""
    return body({"Message": text}, code)


def exception(text: str, code: int, kind: str, cause: str) -> Response:
    """An error as the extension shows a .NET exception; the stack trace is left empty."""
    about = {"Message": text, "ExceptionMessage": cause, "ExceptionType": kind, "StackTrace": ""}
    return body(about, code)


def bad_argument(cause: str) -> Response:
    """An ArgumentException."""
    text = "One or more of the arguments submitted is incorrect"
    return exception(text, 400, "System.ArgumentException", cause)


def bad_json(cause: Unreadable) -> Response:
    """A body that is not JSON."""
    return exception("Invalid JSON content", 400, Unreadable.KIND, str(cause))


def bad_state(cause: str) -> Response:
    """An InvalidOperationException, which the extension answers with 500."""
    text = "Something went wrong while processing your request"
    return exception(text, 500, "System.InvalidOperationException", cause)


def unsupported_response(what: str) -> Response:
    """What Azure does and this host does not."""
    text = f"The local host does not support {what}. Azure does: try it there."
    return message(text, 501)
