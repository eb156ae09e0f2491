"""A stream of server-sent events on its way from the service to the caller."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator

from shared.chat.wording import renamed_line
from shared.errors import TunedropError

log = logging.getLogger("tunedrop.chat")

SILENCE = 15.0  # seconds; Azure's load balancer cuts a silent connection after 230
KEEP_ALIVE = b": keep-alive\n\n"


async def relayed(lines: AsyncIterator[bytes], name: str) -> AsyncIterator[bytes]:
    """The events of a chat, the model being called `name`.

    Every line goes out as it comes, whatever is in it. The stream ends with `[DONE]`; if the
    service breaks off before that, with an event that says so in OpenAI's error form.
    """
    done = False
    try:
        async for line in patient(lines):
            done = done or line.strip() == b"data: [DONE]"
            yield renamed_line(line, name)
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


async def patient(lines: AsyncIterator[bytes], silence: float = SILENCE) -> AsyncIterator[bytes]:
    """`lines`, with a comment after each `silence` seconds in which the service sent nothing.

    A comment comes only between events: in the middle of one it would end it.
    """
    between = True
    coming = asyncio.ensure_future(_next(lines))
    try:
        while True:
            # Not wait_for: it would cancel the read, and with it the connection.
            await asyncio.wait((coming,), timeout=silence if between else None)
            if not coming.done():
                yield KEEP_ALIVE
                continue
            line = coming.result()
            if line is None:
                return
            between = not line.strip()
            yield line
            coming = asyncio.ensure_future(_next(lines))
    finally:
        coming.cancel()


async def _next(lines: AsyncIterator[bytes]) -> bytes | None:
    return await anext(lines, None)


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
