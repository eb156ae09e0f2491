"""Answers of the management API."""

from typing import Any

from starlette.responses import Response

from local.functions_host.durable.jsontext import dump
from local.functions_host.durable.newtonsoft import Unreadable

_JSON = "application/json; charset=utf-8"


def nothing(code: int) -> Response:
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
    """A body that is not JSON; some ends of texts the extension takes for its own fault."""
    if cause.kind == Unreadable.READER:
        return exception("Invalid JSON content", 400, cause.kind, str(cause))
    return _own_fault(cause.kind, str(cause))


def bad_state(cause: str) -> Response:
    """An InvalidOperationException, which the extension answers with 500."""
    return _own_fault("System.InvalidOperationException", cause)


def _own_fault(kind: str, cause: str) -> Response:
    text = "Something went wrong while processing your request"
    return exception(text, 500, kind, cause)


def refused(what: str) -> Response:
    """What Azure does and this host does not."""
    text = f"The local host does not support {what}. Azure does: try it there."
    return message(text, 501)
