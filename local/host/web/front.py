"""The door of the host: every HTTP request enters here and is sent on in the real host's order.

First the route (404), then the key (401), then the size of the body (413), then the function.
"""

import logging
import time

from local.host.clock import Clock
from local.host.converters import web_extension
from local.host.invocation import Failure, Invoker
from local.host.keys import Keys
from local.host.web import classic
from local.host.web.asgi import (
    App,
    BodyTooLarge,
    Receive,
    Recorder,
    Scope,
    Send,
    answer,
    header,
    limited,
    presented_key,
)
from local.host.web.forwarded import ForwardedHttp
from local.host.web.hold import Hold
from local.host.web.routes import Route, RouteTable
from local.host.web.template import decoded

log = logging.getLogger("host")

BODY_LIMIT = 104_857_600  # Kestrel's limit in the real host, unless the setting says otherwise
_WELCOME = b"<!DOCTYPE html><title>Functions</title><p>Your function app is up and running."


class Front:
    """The host's ASGI application."""

    def __init__(
        self,
        routes: RouteTable,
        keys: Keys,
        invoker: Invoker,
        clock: Clock,
        pages: dict[str, tuple[str, App]],
        body_limit: int = BODY_LIMIT,
    ) -> None:
        """Put the door together.

        Args:
            routes: the app's HTTP functions.
            keys: what is checked for them.
            invoker: runs them.
            clock: is held while a function is at work.
            pages: the host's own pages: path prefix -> level of the key it needs, application.
            body_limit: the largest request body in bytes.
        """
        self._routes = routes
        self._keys = keys
        self._invoker = invoker
        self._clock = clock
        self._pages = pages
        self._limit = body_limit
        self._forwarded = ForwardedHttp(invoker) if web_extension() else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; never raises, and logs what a function did wrong."""
        if scope["type"] != "http":
            return
        began = time.monotonic()
        recorder = Recorder(send)
        name = "-"
        try:
            name = await self._dispatch(scope, receive, recorder)
        except BodyTooLarge:
            await _fail(recorder, 413)
        log.info(
            "%s %s %s (%s) %.0f ms",
            scope["method"],
            scope["path"],
            recorder.status,
            name,
            (time.monotonic() - began) * 1000,
        )

    async def _dispatch(self, scope: Scope, receive: Receive, send: Recorder) -> str:
        """Send the request where it belongs; returns the name for the log."""
        path = decoded(scope.get("raw_path") or scope["path"].encode())
        for prefix, (level, page) in self._pages.items():
            if path.lower().startswith(prefix):
                if not self._keys.opens(level, presented_key(scope)):
                    await answer(send, 401)
                else:
                    await page(scope, limited(receive, self._limit), send)
                return prefix
        if path == "/" and scope["method"] in ("GET", "HEAD"):
            await answer(send, 200, _WELCOME, "text/html")
            return "home"
        found = self._routes.find(scope["method"], path)
        if found is None:
            await answer(send, 404)
            return "-"
        await self._function(scope, receive, send, *found)
        return found[0].function.name

    async def _function(
        self, scope: Scope, receive: Receive, send: Recorder, route: Route, values: dict[str, str]
    ) -> None:
        if not self._keys.opens(route.level, presented_key(scope)):
            await answer(send, 401)
            return
        length = header(scope, b"content-length") or ""
        if length.isdigit() and int(length) > self._limit:
            raise BodyTooLarge
        receive = limited(receive, self._limit)
        with Hold(self._clock):
            if self._forwarded:
                await self._forward(self._forwarded, scope, receive, send, route, values)
            else:
                await self._classic(scope, receive, send, route, values)

    async def _forward(
        self,
        forwarded: ForwardedHttp,
        scope: Scope,
        receive: Receive,
        send: Recorder,
        route: Route,
        values: dict[str, str],
    ) -> None:
        try:
            await forwarded(scope, receive, send, route.function, values)
        except BodyTooLarge:
            raise
        except Exception:
            # The caller has its 500, or a cut stream, from the extension's own app.
            log.exception("%s failed", route.function.name)
            if send.status is None:
                await _fail(send, 500)

    async def _classic(
        self, scope: Scope, receive: Receive, send: Recorder, route: Route, values: dict[str, str]
    ) -> None:
        try:
            await classic.respond(scope, receive, send, self._invoker, route.function, values)
        except Failure as failure:
            log.error("%s failed: %s", route.function.name, failure.message, exc_info=failure.error)
            await _fail(send, 500)


async def _fail(send: Recorder, status: int) -> None:
    if send.status is None:
        await answer(send, status)
