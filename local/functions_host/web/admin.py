"""The host's own pages under /admin: what it is, what it runs, and how to start any function."""

import json
import os
import time
from collections.abc import Awaitable, Callable
from typing import Any

from local.functions_host.web.asgi import Receive, Scope, Send, answer, body
from local.functions_host.worker.functions import Function, FunctionTable

HOST_VERSION = "4.0.0-local"
Start = Callable[[Function, str], Awaitable[bool]]


class Admin:
    """Answers /admin requests; the caller has checked the master key."""

    def __init__(
        self, functions: FunctionTable, host_id: str, prefix: str, start: Start, clock: Any
    ) -> None:
        """Prepare the pages.

        Args:
            functions: the app's functions.
            host_id: the id under which storage keeps this host's state.
            prefix: the routes' prefix from host.json.
            start: starts a function with an input text; whether it could be.
            clock: pages of the clock, an ASGI application.
        """
        self._functions = functions
        self._host_id = host_id
        self._prefix = prefix
        self._start = start
        self._clock = clock
        self._began = time.monotonic()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; an unknown page or method is 404."""
        method, parts = scope["method"], scope["path"].strip("/").lower().split("/")[1:]
        match (method, *parts):
            case ("GET" | "POST", "host", "ping"):
                await answer(send, 200)
            case ("GET", "host", "status"):
                await _json(send, self._status())
            case (_, "host", "clock"):
                await self._clock(scope, receive, send)
            case ("GET", "functions"):
                await _json(send, [self._describe(f, scope) for f in self._functions.values()])
            case (_, "functions", name, *rest) if function := self._functions.find(name):
                await self._function(function, rest, scope, receive, send)
            case _:
                await answer(send, 404)

    async def _function(
        self, function: Function, rest: list[str], scope: Scope, receive: Receive, send: Send
    ) -> None:
        match (scope["method"], *rest):
            case ("GET",):
                await _json(send, self._describe(function, scope))
            case ("GET", "status"):
                await _json(send, {"errors": None})
            case ("POST",):
                await self._run(function, await body(receive), send)
            case _:
                await answer(send, 404)

    async def _run(self, function: Function, content: bytes, send: Send) -> None:
        try:
            text = json.loads(content)["input"]
        except (ValueError, TypeError, KeyError):
            await answer(send, 400)
            return
        started = await self._start(function, text if isinstance(text, str) else json.dumps(text))
        await answer(send, 202 if started else 400)

    def _status(self) -> dict[str, Any]:
        return {
            "id": self._host_id,
            "state": "Running",
            "version": HOST_VERSION,
            "versionDetails": HOST_VERSION,
            "instanceId": self._host_id,
            "computerName": os.uname().nodename,
            "processUptime": int((time.monotonic() - self._began) * 1000),
        }

    def _describe(self, function: Function, scope: Scope) -> dict[str, Any]:
        host = dict(scope["headers"]).get(b"host", b"localhost").decode("latin-1")
        base = f"{scope['scheme']}://{host}"
        trigger = function.trigger
        route = str(trigger.get("route") or function.name).strip("/")
        is_http = trigger["type"] == "httpTrigger"
        path = f"{self._prefix}/{route}".strip("/")
        return {
            "name": function.name,
            "href": f"{base}/admin/functions/{function.name}",
            "invoke_url_template": f"{base}/{path}" if is_http else None,
            "language": "python",
            "config": {
                "name": function.name,
                "entryPoint": function.name,
                "scriptFile": function.script,
                "language": "python",
                "functionDirectory": str(function.directory),
                "bindings": function.bindings,
            },
            "isDisabled": function.is_disabled,
            "isDirect": True,
            "isProxy": False,
        }


async def _json(send: Send, content: Any) -> None:
    await answer(send, 200, json.dumps(content).encode(), "application/json; charset=utf-8")
