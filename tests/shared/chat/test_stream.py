"""What a caller sees of a stream that flows, is silent, or breaks."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence

from shared.chat.stream import KEEP_ALIVE, relayed
from shared.errors import ServiceError

FIRST = b'data: {"choices":[],"model":"","prompt_filter_results":[]}\n'
FILTERED = b'data: {"choices":[{"content_filter_offsets":{"check_offset":3}}],"model":"x"}\n'
DONE = b"data: [DONE]\n"
SILENCE = 0.02


async def test_every_event_goes_through_under_the_asked_name() -> None:
    """Chunks without choices or deltas go through as they are, up to `[DONE]`."""
    lines = [FIRST, b"\n", FILTERED, b"\n", DONE, b"\n"]

    sent = b"".join(await _all(relayed(_flow(lines), "travel")))

    named = [line.replace(b'""', b'"travel"').replace(b'"x"', b'"travel"') for line in lines]
    assert sent == b"".join(named)


async def test_what_came_is_not_held_back() -> None:
    """An event goes out while the service still thinks about the next one."""
    sent = await _all(relayed(_flow([FIRST, b"\n", SILENCE, FILTERED, b"\n", DONE]), "m"))

    assert sent[0].count(b"data: ") == 1
    assert len(sent) == 2


async def test_a_fast_service_does_not_run_ahead() -> None:
    """Only so much is read before the caller has taken it."""
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield FIRST
            await asyncio.sleep(0)

    stream = relayed(endless(), "m")
    await anext(stream)
    for _ in range(1000):
        await asyncio.sleep(0)

    assert read < 100


async def test_a_break_becomes_an_error_event() -> None:
    """If the service breaks off, the last event says so, and no `[DONE]` follows."""
    error = ServiceError("unreachable", "The connection broke.")

    sent = await _all(relayed(_flow([FIRST, b"\n", error]), "m"))

    event, data = sent[-1].strip().split(b"\n")
    assert sent[0].startswith(b"data: ")
    assert event == b"event: error"
    assert json.loads(data.removeprefix(b"data: "))["error"]["code"] == "unreachable"
    assert sent[-1].startswith(b"\n\n")
    assert sent[-1].endswith(b"\n\n")
    assert DONE not in b"".join(sent)


async def test_an_end_without_done_is_a_break() -> None:
    """A stream that simply ends is not mistaken for a whole answer."""
    sent = await _all(relayed(_flow([FIRST, b"\n"]), "m"))

    assert b'"code": "stream_broken"' in sent[-1]


async def test_a_bug_tells_nothing_of_itself() -> None:
    """An unexpected exception ends the stream with an error event without its text."""
    sent = await _all(relayed(_flow([FIRST, KeyError("secret")]), "m"))

    assert b"event: error" in sent[-1]
    assert b"secret" not in b"".join(sent)


async def test_silence_is_filled_between_events() -> None:
    """While the service is silent the caller gets comments, and then the next line as it was."""
    sent = await _all(relayed(_flow([FILTERED, b"\n", SILENCE * 5, DONE]), "x", SILENCE))

    assert sent[0] == FILTERED + b"\n"
    assert set(sent[1:-1]) == {KEEP_ALIVE}
    assert sent[-1] == DONE


async def test_no_comment_within_an_event() -> None:
    """A comment's empty line would end an event that is half sent, so it waits."""
    sent = await _all(relayed(_flow([FIRST, SILENCE * 5, b"\n", DONE]), "m", SILENCE))

    assert KEEP_ALIVE not in sent


async def test_leaving_ends_the_reading() -> None:
    """When the caller leaves, the read that waits for the service is cancelled."""
    ended = asyncio.Event()

    async def silent() -> AsyncIterator[bytes]:
        try:
            yield b"\n"
            await asyncio.Event().wait()
        finally:
            ended.set()

    reader = asyncio.ensure_future(_all(relayed(silent(), "m")))
    await asyncio.sleep(SILENCE)
    reader.cancel()

    await asyncio.wait_for(ended.wait(), 5)


async def _all(lines: AsyncIterator[bytes]) -> list[bytes]:
    return [line async for line in lines]


async def _flow(items: Sequence[object]) -> AsyncIterator[bytes]:
    """Lines, pauses and a break, as a service might send them."""
    for item in items:
        if isinstance(item, Exception):
            raise item
        if isinstance(item, bytes):
            yield item
        if isinstance(item, float):
            await asyncio.sleep(item)
