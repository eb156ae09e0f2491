"""Streams of a chat: events as they come, and a response held open while the model wakes."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager, suppress
from typing import Any

from fastapi import Request
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from api.disconnects import cancel_on_disconnect
from shared.chat import Completion
from shared.errors import AsleepError, RequestError
from shared.shutdown import on_shutdown

WAIT = "wait"
HEADER = "x-tunedrop-wait"
Begin = Callable[[], Awaitable[Completion]]
_PASSED = ("x-ratelimit-", "x-request-id", "apim-request-id", "x-ms-region")
# Proxies on the way must neither store the events nor gather them.
_UNBUFFERED = {"cache-control": "no-cache", "x-accel-buffering": "no"}
#: Seconds between the event for an error and the break: so long proxies have to pass the event on.
PASSED_ON = 0.2
#: The streams that are being sent, each with the `send` of its connection.
_open_streams: dict["asyncio.Task[Any]", Send] = {}


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
    """A stream that ends when its caller disconnects; `close` runs at its end, however it comes.

    Whatever else ends it early, its last event is `event: error`, and then the connection breaks
    off: many clients skip events that have a name, and would take a proper end for a whole answer.
    """

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

    async def stream_response(self, send: Send) -> None:
        """Send head and events, and the end of the body only if nothing broke.

        A server closes the connection of an application that returns without it.
        """
        from shared.chat.sse import error_event

        await send(
            {
                "type": "http.response.start",
                "status": self.status_code,
                "headers": self.raw_headers,
            }
        )
        with _stop_at_shutdown(send):
            try:
                async for events in self.body_iterator:
                    await send(_part(events))
            except Exception as error:  # noqa: BLE001  the status is sent, so only an event says it
                await send(_part(error_event(error)))
                # What a proxy holds when the connection breaks may be lost.
                await asyncio.sleep(PASSED_ON)
                return
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def close(self) -> None:
        """Let go of what the events come from."""


@contextmanager
def _stop_at_shutdown(send: Send) -> Iterator[None]:
    """While the block runs, the end of the process ends its stream with an error event."""
    task = asyncio.current_task()
    if task is None:
        raise RuntimeError("a stream is sent by a task")
    if not _open_streams:
        on_shutdown(_stop_streams)
    _open_streams[task] = send
    try:
        yield
    except asyncio.CancelledError:
        if _open_streams.pop(task, None):  # the host stops, or the caller disconnected
            _send_now(send)
        raise
    finally:
        _open_streams.pop(task, None)


def _stop_streams() -> None:
    """End every stream: the process ends when this returns, unless its host waits for it."""
    if not _open_streams:
        return
    while _open_streams:
        task, send = _open_streams.popitem()
        _send_now(send)
        task.cancel()
    time.sleep(PASSED_ON)


def _send_now(send: Send) -> None:
    """Send the last event without waiting: a caller that is too slow for it gets only the break."""
    from shared.chat.sse import stop_event

    sending = send(_part(stop_event()))
    steps = sending.__await__()
    with suppress(StopIteration, RuntimeError):
        next(steps)
    steps.close()


def _part(body: bytes | str | memoryview) -> dict[str, Any]:
    return {"type": "http.response.body", "body": body, "more_body": True}


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
        from shared.chat.sse import KEEP_ALIVE, SILENCE

        # At once: until the first byte comes, some proxies take the connection for dead.
        yield KEEP_ALIVE
        while not (await asyncio.wait((self._waiter,), timeout=SILENCE))[0]:
            yield KEEP_ALIVE
        completion = await self._waiter
        async for events in completion.events():
            yield events
