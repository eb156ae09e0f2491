"""The host put together: an app's functions, what starts them, and the state they leave."""

import asyncio
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.routing import Router
from starlette.types import ASGIApp

from local.functions_host import host_json, keys, server, settings
from local.functions_host.clock import Clock, RealClock, VirtualClock
from local.functions_host.host_json import HostJson
from local.functions_host.options import Options
from local.functions_host.web.admin import Admin
from local.functions_host.web.clock_page import ClockPage
from local.functions_host.web.front import BODY_LIMIT, Front
from local.functions_host.web.routes import RouteTable
from local.functions_host.worker import loading
from local.functions_host.worker.invocation import Invoker

if TYPE_CHECKING:
    from local.functions_host.durable import Engine
    from local.functions_host.triggers import Triggers

log = logging.getLogger("host")

_DURABLE = ("orchestrationTrigger", "activityTrigger", "durableClient")
_LISTENED = ("blobTrigger", "timerTrigger")


class Host:
    """One app, loaded and ready to serve."""

    def __init__(self, options: Options) -> None:
        """Load the app; nothing runs before `run`.

        Raises:
            StartError: the app, its settings or the port cannot be used.
        """
        options.state.mkdir(parents=True, exist_ok=True)
        self._options = options
        self._socket = server.listen(options.port)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._clock = self._make_clock()
        os.environ["WEBSITE_HOSTNAME"] = self.url.removeprefix("http://")
        settings.apply(options.app, options.setting, options.storage)
        config = host_json.read(options.app)
        if config.ignored:
            log.warning("host.json: not followed by this host: %s", ", ".join(config.ignored))
        self._functions = loading.load(options.app)
        self.keys = keys.open_keys(options.state, options.keys)
        self._invoker = Invoker(self._client_binding, config.timeout)
        self._engine = self._make_engine(config)
        self._host_id = settings.host_id(options.app)
        self._triggers = self._make_triggers(config)
        self._front = self._make_front(config)

    async def run(self, announce: Callable[[dict[str, Any]], None]) -> None:
        """Serve until SIGINT or SIGTERM; `announce` is called once requests are answered."""
        ready = asyncio.Event()
        running = [asyncio.create_task(self._clock.run())]
        if self._engine:
            await self._engine.start()
        serving = asyncio.create_task(server.serve(self._front, self._socket, ready))
        try:
            await ready.wait()
            if self._triggers:
                await self._triggers.start()
            announce(self._description())
            await serving
        finally:
            serving.cancel()
            await self._stop(running)

    async def _stop(self, running: list[asyncio.Task[None]]) -> None:
        for task in running:
            task.cancel()
        if self._triggers:
            await self._triggers.stop()
        if self._engine:
            await self._engine.stop()
        await self._invoker.close()

    def _description(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "url": self.url,
            "keys": dict(self.keys.by_name),
            "state": str(self._options.state),
            "functions": list(self._functions),
        }
        if self._options.virtual:
            found["clock"] = os.environ["CLOCK_FILE"]
        return found

    def _make_clock(self) -> Clock:
        if not self._options.virtual:
            return RealClock()
        # The variable may name a file that an emulator reads already.
        path = os.environ.setdefault("CLOCK_FILE", str(self._options.state / "clock"))
        return VirtualClock(Path(path), self._options.grace)

    def _make_engine(self, config: HostJson) -> "Engine | None":
        kinds = {binding["type"] for f in self._functions.values() for binding in f.bindings}
        if kinds.isdisjoint(_DURABLE):
            return None
        from local.functions_host.durable import Engine
        from local.functions_host.durable_functions import DurableFunctions

        return Engine(
            DurableFunctions(self._functions, self._invoker),
            self._clock,
            self._options.state,
            hub=config.hub,
            base_url=lambda: self.url,
            max_activities=config.max_activities,
            max_orchestrators=config.max_orchestrators,
            code=lambda: self.keys.system,
        )

    def _client_binding(self) -> str:
        # Only functions with a durable client ask, and for those there is an engine.
        return self._engine.client_binding() if self._engine else ""

    def _make_triggers(self, config: HostJson) -> "Triggers | None":
        if not any(self._functions.triggered_by(kind) for kind in _LISTENED):
            return None
        # Late: the storage SDKs take half a second to import, and many apps need none.
        from local.functions_host.triggers import Triggers

        return Triggers(
            self._functions,
            config,
            self._invoker,
            self._clock,
            self._options.state,
            self._host_id,
            self._options.blob_interval,
        )

    def _make_front(self, config: HostJson) -> Front:
        routes = RouteTable(self._functions.triggered_by("httpTrigger"), config.route_prefix)
        clock = ClockPage(self._clock, paused=self._options.paused)
        admin = Admin(self._functions, self._triggers, clock)
        pages: dict[str, tuple[str, ASGIApp]] = {"/admin": ("admin", admin)}
        if self._triggers:
            pages["/runtime/webhooks/blobs"] = ("system", self._triggers.webhook)
        if self._engine:
            from local.functions_host.durable.links import HOOK, RPC
            from local.functions_host.durable.management import routes as api

            durable = Router(
                api(self._engine), redirect_slashes=False, default=Response(status_code=404)
            )
            pages[HOOK] = ("system", durable)
            pages[f"{RPC}/"] = ("anonymous", durable)
        limit = settings.number("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT", BODY_LIMIT)
        return Front(
            routes,
            self.keys,
            self._invoker,
            self._clock,
            pages,
            limit,
            log_requests=self._options.log_requests,
        )
