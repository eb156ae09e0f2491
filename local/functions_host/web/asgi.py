"""Small pieces of ASGI that the HTTP side is built of."""

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class CallerLeft(Exception):  # noqa: N818 - what the caller did
    """The caller closed the connection before its request was complete."""


class Recorder:
    """A `send` that remembers what has gone out, for the log and for errors after the start."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._closed = False
        self.status: int | None = None

    async def __call__(self, message: Message) -> None:
        """Pass a message on, unless the request was refused meanwhile."""
        if self._closed:
            return
        if message["type"] == "http.response.start":
            self.status = message["status"]
        await self._send(message)

    async def refuse(self, status: int) -> None:
        """Answer with this status, empty, if nothing has gone out; drop all that follows."""
        if self.status is None:
            await answer(self, status)
        self._closed = True


def limit_body(receive: Receive, limit: int, recorder: Recorder) -> Receive:
    """A `receive` that answers 413 once more than `limit` bytes of body have come.

    Whoever reads the body then sees the caller leave, as behind the real host's forwarder.
    """
    seen = 0

    async def count() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen <= limit:
            return message
        await recorder.refuse(413)
        return {"type": "http.disconnect"}

    return count


@dataclass(frozen=True)
class Exchange:
    """One request and the way back."""

    scope: Scope
    receive: Receive
    send: Recorder


async def body(receive: Receive) -> bytes:
    """The whole body of a request.

    Raises:
        CallerLeft: the connection was closed before its end.
    """
    pieces = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise CallerLeft
        pieces.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(pieces)


def header(scope: Scope, name: bytes) -> str | None:
    """The first header of that (lower-case) name."""
    return next((v.decode("latin-1") for n, v in scope["headers"] if n == name), None)


def query(scope: Scope) -> list[tuple[str, str]]:
    """The query's parameters in order, empty ones included."""
    return parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)


def key_of(scope: Scope) -> str | None:
    """The key of a request: the header wins over `?code=`, even if it is wrong."""
    found = header(scope, b"x-functions-key")
    if found is not None:
        return found
    return next((value for name, value in query(scope) if name.lower() == "code"), None)


async def answer(
    send: Send,
    status: int,
    content: bytes = b"",
    content_type: str | None = None,
    headers: list[tuple[bytes, bytes]] | None = None,
) -> None:
    """Send a whole response."""
    out = list(headers or [])
    if content_type:
        out.append((b"content-type", content_type.encode()))
    out.append((b"content-length", str(len(content)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": out})
    await send({"type": "http.response.body", "body": content})


async def not_found(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
    """The application for what nobody serves: 404, empty, as the real host says it."""
    await answer(send, 404)
