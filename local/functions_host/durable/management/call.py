"""A call to the management API, the options in its query, and the forms of answers."""

from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from local.functions_host.durable.engine import Engine
from local.functions_host.durable.net_json import Unreadable, dump
from local.functions_host.durable.stamps import stamp

_CONNECTIONS = ("storage", "azurewebjobsstorage")


class Call:
    """One request, with the engine that is to serve it. Names of options ignore case."""

    def __init__(self, engine: Engine, request: Request) -> None:
        self.engine = engine
        self.request = request
        self._options: dict[str, list[str]] = {}
        for name, value in request.query_params.multi_items():
            self._options.setdefault(name.lower(), []).append(value)

    def text(self, name: str) -> str | None:
        """The value of an option, or None without it; repeated ones are joined with commas."""
        values = self._options.get(name.lower())
        return ",".join(values) if values else None

    def flag(self, name: str, *, default: bool) -> bool:
        """A boolean option; what is neither true nor false counts as absent."""
        return {"true": True, "false": False}.get((self.text(name) or "").lower(), default)

    def time(self, name: str) -> float | None:
        """A time as Unix time (UTC unless it says otherwise), or None for an absent option.

        Raises:
            ValueError: it is not in the form of ISO 8601. .NET knows more forms, and reads what is
                none as no limit at all, which no caller can want.
        """
        text = self.text(name)
        if not text:
            return None
        try:
            when = datetime.fromisoformat(text)
        except ValueError:
            raise ValueError(f"{name} is {text!r}: write it as 2026-12-31T00:00:00Z.") from None
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()

    async def body(self) -> str:
        """The body as a text; what is not UTF-8 in it is replaced."""
        text = (await self.request.body()).decode("utf-8", "replace")
        return text.removeprefix("\ufeff")

    @property
    def other_hub(self) -> bool:
        """Whether `taskHub` or `connection` name another task hub or storage than the app's."""
        hub, connection = self.text("taskHub"), self.text("connection")
        same_hub = not hub or hub.lower() == self.engine.links.hub.lower()
        return not (same_hub and (connection or "storage").lower() in _CONNECTIONS)

    @property
    def origin(self) -> str:
        """The scheme and host that the caller used."""
        url = self.request.url
        return f"{url.scheme}://{url.netloc}"

    def now(self) -> tuple[str, float]:
        """The current time as a time stamp and in Unix time."""
        now = self.engine.clock.now()
        return stamp(now), now.timestamp()


def empty(code: int) -> Response:
    """An empty answer."""
    return Response(status_code=code)


def body(value: Any, code: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer."""
    return Response(dump(value), code, headers, media_type="application/json; charset=utf-8")


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
