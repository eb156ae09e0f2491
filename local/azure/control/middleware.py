"""Stands before the whole application: applies faults and writes down what was asked."""

import asyncio
import json
import socket
import struct
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .faults import Fault, Faults
from .state import RequestLog

PREFIX = "/control/"


class Control:
    """An ASGI application around the emulator's own."""

    def __init__(self, app: ASGIApp, faults: Faults, log: RequestLog) -> None:
        self._app, self._faults, self._log = app, faults, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, unless a fault says otherwise."""
        if scope["type"] != "http" or scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        seen = Seen(send)
        fault = self._faults.strike(scope["method"], scope["path"])
        try:
            if fault is None:
                await self._app(scope, receive, seen.send)
            else:
                await self._fail(fault, scope, receive, seen)
        finally:
            kind = scope.get("emulator.kind", "")
            self._log.add(scope["method"], scope["path"], kind, seen.status, seen.effect)

    async def _fail(self, fault: Fault, scope: Scope, receive: Receive, seen: "Seen") -> None:
        if fault.delay:
            await asyncio.sleep(fault.delay)
        answers = fault.reset or fault.status is not None
        if fault.cut_after is not None:
            await self._app(scope, receive, seen.cutting(fault.cut_after, receive))
            return
        if fault.when == "after" and answers:
            await self._app(scope, receive, seen.swallow)
        if not answers:
            await self._app(scope, receive, seen.send)
        elif fault.reset:
            reset_connection(receive)
        else:
            if fault.when == "before":
                await _drain(receive)
            await _answer(fault, seen.send)


class Seen:
    """Watches an answer on its way out: the status that was sent, and that of the real effect."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0
        self.effect = 0

    async def send(self, message: Message) -> None:
        """Lets a message out."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.effect = self.effect or self.status
        await self._send(message)

    async def swallow(self, message: Message) -> None:
        """Keeps a message back, but notes the status."""
        if message["type"] == "http.response.start":
            self.effect = message["status"]

    def cutting(self, pieces: int, receive: Receive) -> Send:
        """Lets `pieces` pieces of the body out, then breaks the connection."""
        left = pieces

        async def send(message: Message) -> None:
            nonlocal left
            if message["type"] == "http.response.body":
                left -= 1
                if left < 0:
                    reset_connection(receive)
                    return
            await self.send(message)

        return send


def reset_connection(receive: Receive) -> None:
    """Breaks the connection at once, so that the caller sees a reset instead of an answer.

    ASGI has no word for this; uvicorn's `receive` is a method of the object that owns the
    connection.
    """
    transport: asyncio.Transport = receive.__self__.transport  # type: ignore[attr-defined]
    connection: socket.socket = transport.get_extra_info("socket")
    # Lingering for no time turns the close into a reset.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


async def _drain(receive: Receive) -> None:
    # Without this a caller that is still sending would see a broken pipe, not the answer.
    while (await receive()).get("more_body"):
        pass


async def _answer(fault: Fault, send: Send) -> None:
    status, body = fault.answer()
    content: Any = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    headers = {"content-type": "application/json", "x-emulated": "fault"} | fault.headers
    pairs = [(name.lower().encode(), str(value).encode()) for name, value in headers.items()]
    pairs.append((b"content-length", str(len(content)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": content})
