"""Holding the line for a chat whose model wakes, instead of answering 503."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

from fastapi import Request
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from shared.chat import Exchange
from shared.errors import AsleepError

WAIT = "wait"
HEADER = "x-tunedrop-wait"
Begin = Callable[[], Awaitable[Exchange]]


def wanted(request: Request, body: MutableMapping[str, Any]) -> bool:
    """Whether the caller wants the line held, by the body or by the header."""
    return body.get(WAIT) is True or request.headers.get(HEADER, "").strip().lower() == "true"


async def held(asked: str, begin: Begin, seconds: float) -> Exchange:
    """The chat, once its model answers.

    Args:
        asked: The model.
        begin: Begins the chat.
        seconds: How long to wait.

    Raises:
        AsleepError: if the model does not answer within that time, or its waking failed.
        TunedropError: whatever `begin` raises.
    """
    from shared.chat.wait_until_awake import waiting

    clock = asyncio.get_running_loop().time
    until = clock() + seconds
    while await waiting().awake(asked, until - clock()):
        with suppress(AsleepError):  # it fell asleep again at this moment
            return await begin()
    return await begin()


class HeldStream(StreamingResponse):
    """A stream that begins while its model still wakes; comments keep it open until then.

    Its status is 200 before anything is known, so every refusal is an error event.
    """

    def __init__(self, exchange: Awaitable[Exchange]) -> None:
        self._waiter = asyncio.ensure_future(exchange)
        headers = {"cache-control": "no-cache", "x-accel-buffering": "no"}
        super().__init__(self._events(), headers=headers, media_type="text/event-stream")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events; whatever ends them, the wait and the request upstream end too."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._waiter.cancel()
            (ended,) = await asyncio.gather(self._waiter, return_exceptions=True)
            if isinstance(ended, Exchange):
                await ended.close()

    async def _events(self) -> AsyncIterator[bytes]:
        from shared.chat.sse import KEEP_ALIVE, SILENCE, refused

        # At once: until the first byte comes, some on the way take the line for dead.
        yield KEEP_ALIVE
        while not (await asyncio.wait((self._waiter,), timeout=SILENCE))[0]:
            yield KEEP_ALIVE
        try:
            exchange = await self._waiter
        except Exception as error:  # noqa: BLE001  nothing else can be told any more
            yield refused(error)
            return
        async for events in exchange.events():
            yield events
