"""An engine on its own: the real SDK's orchestrators, plain activities, the real HTTP routes."""

import asyncio
import json
import time
import traceback
from collections.abc import AsyncIterator, Callable, Collection, Generator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import pytest
from azure.durable_functions import DurableOrchestrationContext
from azure.durable_functions.orchestrator import Orchestrator
from starlette.applications import Starlette

from local.functions_host.clock import Clock, RealClock, VirtualClock
from local.functions_host.durable import CrashPoints, Engine, FunctionError
from local.functions_host.durable.links import HOOK
from local.functions_host.durable.management import routes

Context: TypeAlias = DurableOrchestrationContext
Orchestration = Generator[Any, Any, Any]
SDK_WARNS = pytest.mark.filterwarnings("ignore:azure.functions df_loads:DeprecationWarning")
"""For modules whose orchestrators read untyped results: the SDK warns of it once."""

ENDED = ("Completed", "Failed", "Terminated")


@dataclass
class App:
    """Functions by name, called as the worker would; `calls` lists the activities' inputs."""

    orchestrations: Mapping[str, Callable[[Context], Any]]
    tasks: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    calls: list[tuple[str, Any]] = field(default_factory=list)

    def orchestrators(self) -> Collection[str]:
        """Names of orchestrators."""
        return list(self.orchestrations)

    def activities(self) -> Collection[str]:
        """Names of activities."""
        return list(self.tasks)

    async def orchestrate(self, name: str, context_json: str) -> str:
        """Call the SDK's wrapper in a thread."""
        handle = Orchestrator.create(self.orchestrations[name])
        return str(await asyncio.to_thread(_raising_as_worker, handle, context_json))

    async def act(self, name: str, input_json: str | None) -> str | None:
        """Call an activity in a thread."""
        given = json.loads(input_json or "null")
        self.calls.append((name, given))
        result = await asyncio.to_thread(_raising_as_worker, self.tasks[name], given)
        return json.dumps(result)


def _raising_as_worker(function: Callable[[Any], Any], given: Any) -> Any:
    try:
        return function(given)
    except Exception as error:
        stack = "".join(traceback.format_exception(error))
        raise FunctionError(f"{type(error).__name__}: {error}", stack) from error


@dataclass
class Harness:
    """A running engine and a client of its management API."""

    engine: Engine
    client: httpx.AsyncClient

    async def start(self, name: str, instance: str, given: Any = None) -> None:
        """Start an instance as the SDK's client does."""
        body = None if given is None else json.dumps(json.dumps(given))
        answer = await self.client.post(f"/orchestrators/{name}/{instance}", content=body)
        assert answer.status_code == 202, answer.text

    async def raise_event(self, instance: str, name: str, value: Any = None) -> int:
        """Raise an event with a plain JSON value; the status code of the answer."""
        answer = await self.client.post(
            f"/instances/{instance}/raiseEvent/{name}",
            content=json.dumps(value),
            headers={"Content-Type": "application/json"},
        )
        return answer.status_code

    async def status(self, instance: str, **options: str) -> dict[str, Any]:
        """The status body of an instance, or {} if there is none."""
        answer = await self.client.get(f"/instances/{instance}", params=options)
        return dict(answer.json()) if answer.content else {}

    async def history(self, instance: str) -> list[dict[str, Any]]:
        """The events of an instance as its status shows them."""
        about = await self.status(instance, showHistory="true", showHistoryOutput="true")
        return list(about["historyEvents"])

    async def until(self, instance: str, *states: str, seconds: float = 20) -> dict[str, Any]:
        """The status of an instance once it is in one of `states`, by default an end."""
        return await self.when(instance, lambda s: s["runtimeStatus"] in (states or ENDED), seconds)

    async def when(
        self, instance: str, test: Callable[[dict[str, Any]], bool], seconds: float = 20
    ) -> dict[str, Any]:
        """The status of an instance once it exists and `test` is true of it."""
        end = time.monotonic() + seconds
        while True:
            about = await self.status(instance)
            if about and test(about):
                return about
            assert time.monotonic() < end, f"{instance} is still {about}"
            await asyncio.sleep(0.005)

    async def run(self, name: str, given: Any = None, instance: str = "run") -> dict[str, Any]:
        """Start an instance and give its status at the end."""
        await self.start(name, instance, given)
        return await self.until(instance)


@asynccontextmanager
async def serving(
    app: App, state: Path, *, virtual: bool = False, crash: CrashPoints | None = None
) -> AsyncIterator[Harness]:
    """Run an engine over `app` until the block ends."""
    clock: Clock = VirtualClock(state / "clock", grace=0.005) if virtual else RealClock()
    engine = Engine(
        app,
        clock,
        state,
        hub="TestHub",
        base_url=lambda: "http://host",
        max_activities=10,
        max_orchestrators=10,
        crash=crash or CrashPoints(),
        code=lambda: "key",
    )
    time_passes = asyncio.create_task(clock.run())
    await engine.start()
    transport = httpx.ASGITransport(Starlette(routes=routes(engine)))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://host{HOOK}") as client:
        try:
            yield Harness(engine, client)
        finally:
            await engine.stop()
            time_passes.cancel()
            await asyncio.gather(time_passes, return_exceptions=True)
