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
        response = LoggedResponse(scope, send, self._log)
        fault = self._faults.strike(scope["method"], scope["path"])
        if fault is None:
            await self._app(scope, receive, response.send)
        else:
            await self._fail(fault, scope, receive, response)
        response.log()

    async def _fail(
        self, fault: Fault, scope: Scope, receive: Receive, response: "LoggedResponse"
    ) -> None:
        answers = fault.reset or fault.status is not None
        held = fault.delay if fault.when == "after" and fault.cut_after is None else 0.0
        await asyncio.sleep(fault.delay - held)
        if fault.cut_after is not None:
            await self._app(scope, receive, response.cut_send(fault.cut_after, receive))
            return
        if fault.when == "after" and answers:
            await self._app(scope, receive, response.discard)
            await asyncio.sleep(held)
        if not answers:
            await self._app(scope, receive, response.delay_send(held))
        elif fault.reset:
            reset_connection(receive)
        else:
            if fault.when == "before":
                await _drain(receive)
            await _answer(fault, response.send_replacement)


class LoggedResponse:
    """Watches an answer on its way out, and writes it down before it is sent.

    A caller that has its answer can rely on the log, even if the emulator is killed right then.
    """

    def __init__(self, scope: Scope, send: Send, log: RequestLog) -> None:
        self._scope, self._send, self._log = scope, send, log
        self._number: int | None = None
        self._effect = 0

    def log(self, status: int = 0) -> None:
        """Writes down that an answer of this status leaves; 0 = none did, if nothing else is."""
        if self._number is None:
            kind = self._scope.get("emulator.kind", "")
            method, path = self._scope["method"], self._scope["path"]
            self._number = self._log.add(method, path, kind, status, self._effect)
        elif status:
            self._log.set_status(self._number, status)

    async def send(self, message: Message) -> None:
        """Lets a message of the application out."""
        if message["type"] == "http.response.start":
            self._effect = message["status"]
        await self.send_replacement(message)

    async def send_replacement(self, message: Message) -> None:
        """Lets a message of a fault out."""
        if message["type"] == "http.response.start":
            self.log(message["status"])
        await self._send(message)

    async def discard(self, message: Message) -> None:
        """Drops a message of the application, but logs its effect."""
        if message["type"] == "http.response.start":
            self._effect = message["status"]
            self.log()

    def delay_send(self, seconds: float) -> Send:
        """Lets everything out, but the answer's beginning only after `seconds`."""

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                await asyncio.sleep(seconds)
            await self.send(message)

        return send

    def cut_send(self, pieces: int, receive: Receive) -> Send:
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
