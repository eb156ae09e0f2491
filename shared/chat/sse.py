"""Relays a stream of server-sent events from the service to the caller."""

import json
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable

from shared.clients.idle_timer import IdleTimer
from shared.errors import ServiceError, TunedropError

log = logging.getLogger("tunedrop.chat")

SILENCE = 15.0  # seconds; Azure's load balancer cuts a silent connection after 230
KEEP_ALIVE = b": keep-alive\n\n"
_AGAIN = "Send the request again."
_DONE = re.compile(rb"^data:[ ]?\[DONE\][ \r]*$", re.MULTILINE)


async def relay(
    read: Callable[[], Awaitable[bytes]],
    change: Callable[[bytes], bytes],
    silence: float = SILENCE,
) -> AsyncIterator[bytes]:
    """The events of a chat, each as soon as it is whole.

    While the service is silent, comments keep the connection open.

    Args:
        read: Returns what the service has sent, and nothing at its end; may be cancelled.
        change: Returns whole events as the caller receives them.
        silence: Seconds after which a comment is sent.

    Raises:
        TunedropError: if the service ends its answer before `[DONE]`.
        ServiceError: whatever `read` raises; what had come of an event until then is sent first.
    """
    done = False
    try:
        async for events in _events(read, silence):
            done = done or (b"[DONE]" in events and _DONE.search(events) is not None)
            if changed := change(events) if events else KEEP_ALIVE:
                yield changed
    except ServiceError as error:
        error.hint = _AGAIN  # nothing is retried after the first byte
        raise
    if not done:
        raise _broken_error("The service closed the connection before the end of its answer.")


async def _events(read: Callable[[], Awaitable[bytes]], silence: float) -> AsyncIterator[bytes]:
    """Whole events, several together if the service is faster than the caller; empty: silence."""
    rest: list[bytes] = []
    timer = IdleTimer(silence)
    try:
        while True:
            try:
                with timer:
                    came = await read()
            except TimeoutError:
                yield b""
                continue
            timer.restart()
            if not came:
                break
            end = _end(came)
            # An empty line may have come in two parts.
            if not end and rest:
                came = b"".join([*rest, came])
                rest, end = [], _end(came)
            if end:
                yield b"".join([*rest, came[:end]])
                rest = []
            if came[end:]:
                rest.append(came[end:])
    except TunedropError:
        # What had come of an event that broke off is the caller's; the error's own follows it.
        if rest:
            yield b"".join(rest)
        raise
    finally:
        timer.stop()
    if rest:
        yield b"".join(rest)


def _end(text: bytes) -> int:
    """Where the last whole event of a text ends."""
    if text.endswith(b"\n\n"):
        return len(text)
    ends = [(text.rfind(gap), len(gap)) for gap in (b"\n\n", b"\n\r\n")]
    return max((found + length for found, length in ends if found >= 0), default=0)


def error_event(error: Exception) -> bytes:
    """The event for an error in a stream; it shows no detail of a bug."""
    if isinstance(error, TunedropError):
        log.warning("a stream broke off: %s", error)
        return _format(error)
    log.error("a stream failed", exc_info=error)
    return _format(_broken_error("The answer was not finished because of an internal error."))


def stop_event() -> bytes:
    """The event for a stream that ends because the app stops."""
    return _format(_broken_error("The app stopped before the end of the answer."))


def _format(error: TunedropError) -> bytes:
    # The empty line ends what the service may have left half sent.
    return b"\n\nevent: error\ndata: " + json.dumps(error.to_openai()).encode() + b"\n\n"


def _broken_error(message: str) -> TunedropError:
    return TunedropError("stream_broken", message, hint=_AGAIN, status=502)
