"""A stream of server-sent events on its way from the service to the caller."""

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable

from shared.errors import TunedropError

log = logging.getLogger("tunedrop.chat")

SILENCE = 15.0  # seconds; Azure's load balancer cuts a silent connection after 230
KEEP_ALIVE = b": keep-alive\n\n"
_DONE = re.compile(rb"^data:[ ]?\[DONE\][ \r]*$", re.MULTILINE)


async def relayed(
    piece: Callable[[], Awaitable[bytes]],
    worded: Callable[[bytes], bytes],
    silence: float = SILENCE,
) -> AsyncIterator[bytes]:
    """The events of a chat, each as soon as it is whole.

    The stream ends with `[DONE]`; if the service breaks off before that, with an event that says so
    in OpenAI's error form. While the service is silent for long, a comment keeps the line open.

    Args:
        piece: Gives what has come from the service, and nothing at its end; may be cancelled.
        worded: Changes whole events into what the caller is to see.
        silence: Seconds after which a comment is sent.
    """
    done = False
    try:
        async for events in _events(piece, silence):
            done = done or (b"[DONE]" in events and _DONE.search(events) is not None)
            if sent := worded(events) if events else KEEP_ALIVE:
                yield sent
    except Exception as error:  # noqa: BLE001  nothing else can be told any more
        yield refused(error)
        return
    if not done:
        yield broken(_cut())


async def _events(piece: Callable[[], Awaitable[bytes]], silence: float) -> AsyncIterator[bytes]:
    """Whole events, several together if the service is faster than the caller; empty: silence."""
    rest: list[bytes] = []
    try:
        while True:
            try:
                async with asyncio.timeout(silence):
                    came = await piece()
            except TimeoutError:
                yield b""
                continue
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
    if rest:
        yield b"".join(rest)


def _end(text: bytes) -> int:
    """Where the last whole event of a text ends."""
    ends = [(text.rfind(gap), len(gap)) for gap in (b"\n\n", b"\n\r\n")]
    return max((found + length for found, length in ends if found >= 0), default=0)


def refused(error: Exception) -> bytes:
    """The event for an error in a stream: its own words, or as few as can be told of a bug."""
    if isinstance(error, TunedropError):
        log.warning("a stream broke off: %s", error)
        return broken(error)
    log.error("a stream failed", exc_info=error)
    return broken(_cut())


def broken(error: TunedropError) -> bytes:
    """The event that ends a stream which cannot go on."""
    # The empty line ends what the service may have left half sent.
    return b"\n\nevent: error\ndata: " + json.dumps(error.to_openai()).encode() + b"\n\n"


def _cut() -> TunedropError:
    return TunedropError(
        "stream_broken",
        "The service broke off in the middle of its answer.",
        hint="Send the request again.",
        status=502,
    )
