"""Streams of a chat: events as they come, and a response held open while the model wakes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from contextlib import suppress
from typing import Any

from fastapi import Request
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from api.disconnects import cancel_on_disconnect
from shared.chat import Completion
from shared.errors import AsleepError, RequestError

WAIT = "wait"
HEADER = "x-tunedrop-wait"
Begin = Callable[[], Awaitable[Completion]]
_PASSED = ("x-ratelimit-", "x-request-id", "apim-request-id", "x-ms-region")
# Proxies on the way must neither store the events nor gather them.
_UNBUFFERED = {"cache-control": "no-cache", "x-accel-buffering": "no"}


def wants_wait(request: Request, body: MutableMapping[str, Any]) -> bool:
    """Whether the caller wants to wait for a model that is asleep, by the body or the header."""
    return body.get(WAIT) is True or request.headers.get(HEADER, "").strip().lower() == "true"


def response_headers(completion: Completion) -> dict[str, str]:
    """The service's headers that are of use to callers: rate limits, ids for support."""
    return {name: value for name, value in completion.headers.items() if name.startswith(_PASSED)}


async def begin_when_awake(asked: str, begin: Begin, seconds: float) -> Completion:
    """The chat, once its model answers.

    Args:
        asked: The model.
        begin: Begins the chat.
        seconds: How long to wait.

    Raises:
        AsleepError: if the model does not answer within that time, or its waking failed.
        TunedropError: whatever `begin` raises.
    """
    from shared.chat.wait_until_awake import wake_waiter

    clock = asyncio.get_running_loop().time
    until = clock() + seconds
    while await wake_waiter().wait(asked, until - clock()):
        with suppress(AsleepError):  # it was deleted again just now
            return await begin()
    return await begin()


class _Stream(StreamingResponse):
    """A stream that ends when its caller disconnects; `close` runs at its end, however it comes."""

    def __init__(self, events: AsyncIterator[bytes], headers: Mapping[str, str]) -> None:
        super().__init__(events, headers=headers, media_type="text/event-stream")

    async def __call__(
        self,
        scope: Scope,  # noqa: ARG002  ASGI's signature
        receive: Receive,
        send: Send,
    ) -> None:
        """Send the events; here, since a generator that was never started would not clean up.

        Starlette would use one task for sending and one that waits for a disconnect, which doubles
        the cost of a short stream.
        """
        try:
            with suppress(RequestError):  # the caller disconnected
                await cancel_on_disconnect(receive, self.stream_response(send))
        finally:
            await self.close()

    async def close(self) -> None:
        """Let go of what the events come from."""


class EventStream(_Stream):
    """A chat's events as they come; whatever ends it, the upstream request ends with it."""

    def __init__(self, completion: Completion) -> None:
        headers = {**response_headers(completion), **_UNBUFFERED}
        super().__init__(completion.events(), headers)
        self._completion = completion

    async def close(self) -> None:
        """End the request upstream, and count it."""
        await self._completion.close()


class WaitingStream(_Stream):
    """A stream that begins while its model still wakes; comments keep it open until then.

    Its status is 200 before anything is known, so every refusal is an error event.
    """

    def __init__(self, completion: Awaitable[Completion]) -> None:
        self._waiter = asyncio.ensure_future(completion)
        super().__init__(self._events(), _UNBUFFERED)

    async def close(self) -> None:
        """End the wait and the request upstream."""
        self._waiter.cancel()
        (ended,) = await asyncio.gather(self._waiter, return_exceptions=True)
        if isinstance(ended, Completion):
            await ended.close()

    async def _events(self) -> AsyncIterator[bytes]:
        from shared.chat.sse import KEEP_ALIVE, SILENCE, error_event

        # At once: until the first byte comes, some proxies take the connection for dead.
        yield KEEP_ALIVE
        while not (await asyncio.wait((self._waiter,), timeout=SILENCE))[0]:
            yield KEEP_ALIVE
        try:
            completion = await self._waiter
        except Exception as error:  # noqa: BLE001  the status is sent, so only an event can say it
            yield error_event(error)
            return
        async for events in completion.events():
            yield events
