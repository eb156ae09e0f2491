"""The host's own pages under /admin: the clock, and starting a function by hand."""

import json
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from local.functions_host.worker.functions import FunctionTable

if TYPE_CHECKING:
    from local.functions_host.triggers import Triggers

_PAGES = (
    "This host has no such page. It has /admin/host/clock, /admin/host/ping, and "
    'POST /admin/functions/NAME with {"input": ...} for timer and blob functions.'
)


class Admin:
    """Answers /admin requests; the caller has checked the master key."""

    def __init__(
        self, functions: FunctionTable, triggers: "Triggers | None", clock: ASGIApp
    ) -> None:
        """Prepare the pages.

        Args:
            functions: the app's functions.
            triggers: what can be started by hand, if the app has such functions.
            clock: page of the clock.
        """
        self._functions = functions
        self._triggers = triggers
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; an unknown page is 404 and says which there are."""
        page = await self._find(Request(scope, receive))
        await page(scope, receive, send)

    async def _find(self, request: Request) -> ASGIApp:
        method, parts = request.method, request.url.path.strip("/").lower().split("/")[1:]
        match (method, *parts):
            case ("GET" | "POST", "host", "ping"):
                return Response()
            case (_, "host", "clock"):
                return self._clock
            case ("POST", "functions", name):
                return Response(status_code=await self._start(name, request))
        return PlainTextResponse(_PAGES, 404)

    async def _start(self, name: str, request: Request) -> int:
        function = self._functions.find(name)
        if function is None:
            return 404
        try:
            text = (await request.json())["input"]
        except (ValueError, TypeError, KeyError):
            return 400
        text = text if isinstance(text, str) else json.dumps(text)
        return 202 if self._triggers and await self._triggers.start_by_hand(function, text) else 400
