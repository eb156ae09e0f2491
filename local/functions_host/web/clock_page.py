"""`/admin/host/clock`: what time it is for the app, and control of the virtual clock.

GET answers `{"now", "virtual", "paused"}`. POST takes `{"paused": true|false}` to stop and release
the jumps, or `{"advance": SECONDS}` or `{"to": TIME}` to let time run to that point, through all
that is due on the way, and pause it there; the answer comes when it is reached.
"""

import asyncio
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import Receive, Scope, Send

from local.functions_host.clock import Clock, VirtualClock


class ClockPage:
    """Shows and moves the host's clock; a real clock can only be looked at."""

    def __init__(self, clock: Clock, *, paused: bool = False) -> None:
        """Prepare; `paused` stops the virtual clock from the start."""
        self._clock = clock
        self._hold: ExitStack | None = None
        self._goal: datetime | None = None
        self._moving = asyncio.Lock()
        clock.add_next_due(lambda: self._goal)
        if paused:
            self._take_hold()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["method"] == "POST":
            try:
                wanted = await Request(scope, receive).json()
                await self._move(wanted)
            except (ValueError, KeyError, TypeError) as error:
                text = (
                    f'{error}. Write {{"paused": true}}, {{"advance": SECONDS}} or {{"to": TIME}}.'
                )
                await PlainTextResponse(text, 400)(scope, receive, send)
                return
        content = {
            "now": self._clock.now().isoformat(),
            "virtual": isinstance(self._clock, VirtualClock),
            "paused": self._hold is not None,
        }
        await JSONResponse(content)(scope, receive, send)

    async def _move(self, wanted: dict[str, Any]) -> None:
        if not isinstance(self._clock, VirtualClock):
            raise TypeError("The clock is real and cannot be moved: start with --clock virtual")
        async with self._moving:
            if "paused" in wanted:
                self._release()
                if wanted["paused"]:
                    self._take_hold()
            elif "advance" in wanted:
                await self._run_to(self._clock.now() + timedelta(seconds=float(wanted["advance"])))
            else:
                when = datetime.fromisoformat(wanted["to"])
                await self._run_to(when if when.tzinfo else when.replace(tzinfo=UTC))

    async def _run_to(self, goal: datetime) -> None:
        self._goal = goal
        self._release()
        try:
            await self._clock.sleep_until(goal)
        finally:
            self._goal = None
            self._take_hold()

    def _take_hold(self) -> None:
        if self._hold is None:
            self._hold = ExitStack()
            self._hold.enter_context(self._clock.busy())

    def _release(self) -> None:
        if self._hold is not None:
            self._hold.close()
            self._hold = None
