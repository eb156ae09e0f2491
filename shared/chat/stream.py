"""A stream of server-sent events on its way from the service to the caller."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator

from shared.chat.wording import renamed_line
from shared.errors import TunedropError

log = logging.getLogger("tunedrop.chat")

SILENCE = 15.0  # seconds; Azure's load balancer cuts a silent connection after 230
AHEAD = 64  # lines that are read before the caller has taken them
KEEP_ALIVE = b": keep-alive\n\n"
DONE = b"data: [DONE]"


async def relayed(
    lines: AsyncIterator[bytes], name: str, silence: float = SILENCE
) -> AsyncIterator[bytes]:
    """The events of a chat, the model being called `name`.

    Whatever has come goes out at once and as it is, several lines together if the service is
    faster than the caller. The stream ends with `[DONE]`; if the service breaks off before that,
    with an event that says so in OpenAI's error form.
    """
    done = False
    try:
        async for batch in batches(lines, silence):
            done = done or any(line.strip() == DONE for line in batch)
            yield b"".join(renamed_line(line, name) for line in batch) or KEEP_ALIVE
    except TunedropError as error:
        log.warning("a stream broke off: %s", error)
        yield broken(error)
        return
    except Exception:
        log.exception("a stream failed")
        yield broken(_cut())
        return
    if not done:
        yield broken(_cut())


async def batches(lines: AsyncIterator[bytes], silence: float) -> AsyncIterator[list[bytes]]:
    """All lines that have come, as soon as there is one.

    An empty list means that the service was silent for `silence` seconds. It comes only between
    events: a comment in the middle of one would end it.
    """
    # A task of its own reads, since a time-out on the read would cancel the connection with it.
    queue: asyncio.Queue[bytes | None] = asyncio.Queue(AHEAD)
    reader = asyncio.ensure_future(_read(lines, queue))
    between = True
    try:
        while True:
            came = await _came(queue, silence if between else None)
            whole = [line for line in came if line is not None]
            if whole or not came:
                between = not whole or not whole[-1].strip()
                yield whole
            if len(whole) < len(came):
                await reader
                return
    finally:
        reader.cancel()


async def _read(lines: AsyncIterator[bytes], queue: "asyncio.Queue[bytes | None]") -> None:
    """Put lines into the queue, and None behind the last, however they end."""
    try:
        async for line in lines:
            await queue.put(line)
    except Exception:
        await queue.put(None)
        raise
    await queue.put(None)


async def _came(queue: "asyncio.Queue[bytes | None]", silence: float | None) -> list[bytes | None]:
    """Everything in the queue, waiting for the first; empty after `silence`."""
    try:
        async with asyncio.timeout(silence):
            came = [await queue.get()]
    except TimeoutError:
        return []
    while not queue.empty():
        came.append(queue.get_nowait())
    return came


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
