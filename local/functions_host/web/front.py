"""The HTTP entry of the host: every request comes here and is routed in the real host's order.

First the route (404), then the key (401), then the size of the body (413), then the function.
"""

import asyncio
import logging
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from local.functions_host import logs
from local.functions_host.clock import Clock
from local.functions_host.keys import Keys
from local.functions_host.web import classic_functions
from local.functions_host.web.fastapi_functions import FastApiFunctions
from local.functions_host.web.routes import Route, RouteTable, decode_path
from local.functions_host.worker.converters import web_extension
from local.functions_host.worker.functions import Function
from local.functions_host.worker.invocation import Invoker

log = logging.getLogger("host")

HOLD_LIMIT = 5.0
"""Seconds of real time for which one call keeps virtual time from jumping.

A call may itself wait for a durable run; that must not stop time.
"""
BODY_LIMIT = 104_857_600  # Kestrel's limit in the real host, unless the setting says otherwise
_WELCOME = "<!DOCTYPE html><title>Functions</title><p>Your function app is up and running."


class Exchange:
    """One request and the way back, a `send` that knows what has gone out.

    Once more than `limit` bytes of body have come, the caller has 413, and whoever reads the body
    sees the caller leave, as behind the real host's forwarder.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        self.request = Request(scope, self.receive)
        self.scope = scope
        self.status: int | None = None
        self._receive = receive
        self._send = send
        self._left = limit
        self._closed = False

    async def receive(self) -> Message:
        """The next message of the request."""
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left >= 0:
            return message
        await self.refuse(413)
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Pass a message on, unless the request was refused meanwhile."""
        if self._closed:
            return
        if message["type"] == "http.response.start":
            self.status = message["status"]
        await self._send(message)

    async def answer(self, page: ASGIApp) -> None:
        """Let an application answer."""
        await page(self.scope, self.receive, self.send)

    async def refuse(self, status: int) -> None:
        """Answer with this status, empty, if nothing has gone out; drop all that follows."""
        if self.status is None:
            await self.answer(Response(status_code=status))
        self._closed = True


class Front:
    """The host's ASGI application."""

    def __init__(
        self,
        routes: RouteTable,
        keys: Keys,
        invoker: Invoker,
        clock: Clock,
        pages: dict[str, tuple[str, ASGIApp]],
        body_limit: int = BODY_LIMIT,
        *,
        log_requests: bool = False,
    ) -> None:
        """Prepare.

        Args:
            routes: the app's HTTP functions.
            keys: what is checked for them.
            invoker: runs them.
            clock: is kept from jumping while a function is at work.
            pages: the host's own pages: path prefix -> level of the key it needs, application.
            body_limit: the largest request body in bytes.
            log_requests: whether the log gets a line for each request.
        """
        self._routes = routes
        self._keys = keys
        self._invoker = invoker
        self._clock = clock
        self._pages = pages
        self._limit = body_limit
        self._log_requests = log_requests
        self._fastapi = FastApiFunctions(invoker) if web_extension() else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; never raises, and logs what a function did wrong."""
        if scope["type"] != "http":
            return
        began = time.monotonic()
        exchange = Exchange(scope, receive, send, self._limit)
        name, outcome = "-", ""
        try:
            name = await self._dispatch(exchange)
        except ClientDisconnect:
            outcome = "caller left"
        except asyncio.CancelledError:
            outcome = "cut: the host stops"
        if self._log_requests:
            log.info(
                "%s %s %s (%s) %.0f ms",
                scope["method"],
                scope["path"],
                outcome or exchange.status,
                name,
                (time.monotonic() - began) * 1000,
            )

    async def _dispatch(self, exchange: Exchange) -> str:
        """Send the request where it belongs; returns the name for the log."""
        scope = exchange.scope
        path = decode_path(scope.get("raw_path") or scope["path"].encode())
        for prefix, (level, page) in self._pages.items():
            if path.lower().startswith(prefix):
                if self._keys.opens(level, _key(exchange.request)):
                    await exchange.answer(page)
                else:
                    await exchange.refuse(401)
                return prefix
        if path == "/" and scope["method"] in ("GET", "HEAD"):
            await self._welcome(exchange)
            return "home"
        found = self._routes.find(scope["method"], path)
        if found is None:
            await exchange.refuse(404)
            return "-"
        await self._function(exchange, *found)
        return found[0].function.name

    async def _welcome(self, exchange: Exchange) -> None:
        if os.environ.get("AzureWebJobsDisableHomepage", "").lower() == "true":  # noqa: SIM112
            await exchange.refuse(204)
        else:
            await exchange.answer(HTMLResponse(_WELCOME))

    async def _function(self, exchange: Exchange, route: Route, values: dict[str, str]) -> None:
        length = exchange.request.headers.get("content-length", "")
        if not self._keys.opens(route.level, _key(exchange.request)):
            await exchange.refuse(401)
        elif length.isdigit() and int(length) > self._limit:
            await exchange.refuse(413)
        else:
            with hold_clock(self._clock):
                await self._run(exchange, route.function, values)

    async def _run(self, exchange: Exchange, function: Function, values: dict[str, str]) -> None:
        try:
            if self._fastapi:
                await self._fastapi(
                    exchange.scope, exchange.receive, exchange.send, function, values
                )
            else:
                request = exchange.request
                await exchange.answer(
                    await classic_functions.respond(request, self._invoker, function, values)
                )
        except ClientDisconnect:
            raise
        except Exception as error:  # noqa: BLE001 - a function may raise anything
            # With FastAPI types the caller has its 500, or a cut stream, already.
            logs.log_failure(function.name, error)
            await exchange.refuse(500)


@contextmanager
def hold_clock(clock: Clock) -> Iterator[None]:
    """Hold the clock while a call is at work, but no longer than HOLD_LIMIT."""
    with ExitStack() as stack:
        stack.enter_context(clock.busy())
        end = asyncio.get_running_loop().call_later(HOLD_LIMIT, stack.close)
        try:
            yield
        finally:
            end.cancel()


def _key(request: Request) -> str | None:
    """The key of a request: the header wins over `?code=`, even if it is wrong."""
    in_query = (v for n, v in request.query_params.multi_items() if n.lower() == "code")
    return request.headers.get("x-functions-key", next(in_query, None))
