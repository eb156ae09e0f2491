"""What a caller sees of a stream that flows, is silent, or breaks."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.billing.usage import Count
from shared.chat.meter import Meter
from shared.chat.sse import KEEP_ALIVE, error_event, relay, stop_event
from shared.errors import ServiceError, TunedropError

FIRST = b'data: {"choices":[],"model":"","prompt_filter_results":[]}\n'
FILTERED = b'data: {"choices":[{"content_filter_offsets":{"check_offset":3}}],"model":"x"}\n'
DONE = b"data: [DONE]\n"
SILENCE = 0.02


async def test_every_event_goes_through_under_the_asked_name() -> None:
    """Chunks without choices or deltas go through as they are, up to `[DONE]`."""
    lines = [FIRST, b"\n", FILTERED, b"\n", DONE, b"\n"]

    sent = b"".join(await _all(lines, "brolly"))

    named = [line.replace(b'""', b'"brolly"').replace(b'"x"', b'"brolly"') for line in lines]
    assert sent == b"".join(named)


@given(st.lists(st.sampled_from([FIRST, FILTERED, b": x\n", DONE]), max_size=5), st.data())
def test_however_it_is_cut_into_pieces(lines: list[bytes], data: st.DataObject) -> None:
    """Events are the same whether they come byte by byte, in odd parts or all at once."""
    gap = data.draw(st.sampled_from([b"\n", b"\r\n"]))
    text = b"".join(line.rstrip() + gap * 2 for line in [*lines, DONE])
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    edges = itertools.pairwise([0, *cuts, len(text)])

    sent = asyncio.run(_all([text[start:end] for start, end in edges], "m"))

    assert b"".join(sent) == text.replace(b'"model":""', b'"model":"m"').replace(b'"x"', b'"m"')


async def test_what_came_is_not_held_back() -> None:
    """An event goes out while the service still thinks about the next one."""
    sent = await _all([FIRST + b"\n", SILENCE, FILTERED + b"\n", DONE], "m", 60)

    assert [one.count(b"data: ") for one in sent] == [1, 1, 1]


async def test_counts_for_the_app_are_not_the_callers() -> None:
    """Token counts that only the app asked for are read and left out, chunk and null alike."""
    usage = b'{"choices":[],"model":"x","usage":{"prompt_tokens":7,"completion_tokens":5}}'
    chunk = b'{"choices":[{"delta":{}}],"model":"x","usage":null}'
    text = b"data: " + chunk + b"\n\ndata: " + usage + b"\n\n" + DONE + b"\n"
    meter = Meter("x", hide_usage=True)

    sent = b"".join([one async for one in relay(_Flow([text]).read, meter.events)])

    assert sent == b'data: {"choices":[{"delta":{}}],"model":"x"}\n\n' + DONE + b"\n"
    assert meter.count() == Count(requests=1, prompt_tokens=7, completion_tokens=5)


async def test_a_break_is_raised_after_what_had_come() -> None:
    """If the service breaks off, its error follows what had come, and no `[DONE]` does."""
    sent, error = await _until_error([FIRST, b"\n", ServiceError("unreachable", "It broke.")], "m")

    assert sent[0].startswith(b"data: ")
    assert DONE not in b"".join(sent)
    assert isinstance(error, ServiceError)
    assert str(error) == "It broke. Send the request again."


async def test_an_end_without_done_is_a_break() -> None:
    """A stream that simply ends is not mistaken for a whole answer."""
    sent, error = await _until_error([FIRST, b"\n"], "m")

    assert len(sent) == 1
    assert isinstance(error, TunedropError)
    assert error.code == "stream_broken"


def test_an_error_is_an_event_of_its_own() -> None:
    """An error event has OpenAI's form, and empty lines before and after it."""
    event = error_event(ServiceError("unreachable", "The connection broke."))

    name, data = event.strip().split(b"\n")
    assert name == b"event: error"
    assert json.loads(data.removeprefix(b"data: "))["error"]["code"] == "unreachable"
    assert event.startswith(b"\n\n")
    assert event.endswith(b"\n\n")


def test_a_bug_shows_no_detail() -> None:
    """The event for an unexpected exception has nothing of its text."""
    event = error_event(KeyError("secret"))

    assert b"stream_broken" in event
    assert b"secret" not in event


def test_no_event_promises_another_try() -> None:
    """Nothing is retried after the first byte, so the text says who has to send it again."""
    events = [error_event(KeyError()), stop_event()]

    assert all(b"Send the request again." in event for event in events)


async def test_silence_is_filled_between_events() -> None:
    """While the service is silent the caller gets comments, and then the next line as it was."""
    sent = await _all([FILTERED, b"\n", SILENCE * 5, DONE], "x")

    assert sent[0] == FILTERED + b"\n"
    assert set(sent[1:-1]) == {KEEP_ALIVE}
    assert sent[-1] == DONE


async def test_no_comment_within_an_event() -> None:
    """An event that is half here when the service falls silent is not torn by comments."""
    sent = await _all([FIRST[:9], SILENCE * 5, FIRST[9:], b"\n", DONE], "")

    assert KEEP_ALIVE in sent
    assert FIRST + b"\n" in sent


async def test_a_half_event_is_sent_before_the_error() -> None:
    """What had come of the event that broke off is not lost."""
    error = ServiceError("unreachable", "The connection broke.")

    sent, raised = await _until_error([FIRST + b"\ndata: {half", error], "")

    assert sent == [FIRST + b"\n", b"data: {half"]
    assert raised is error


async def test_leaving_ends_the_reading() -> None:
    """When the caller leaves, the read that waits for the service is cancelled."""
    flow = _Flow([b": hi\n\n"], wait=True)
    reader = asyncio.ensure_future(_collect(flow, "m", 60))
    await asyncio.wait_for(flow.waits.wait(), 60)
    reader.cancel()

    await asyncio.wait_for(flow.left.wait(), 60)


async def _all(items: Sequence[object], name: str, silence: float = SILENCE) -> list[bytes]:
    return await _collect(_Flow(items), name, silence)


async def _until_error(items: Sequence[object], name: str) -> tuple[list[bytes], Exception]:
    """What is sent until the error that ends it, and that error."""
    sent: list[bytes] = []
    with pytest.raises(TunedropError) as caught:
        await _gather(relay(_Flow(items).read, Meter(name).events, SILENCE), sent)
    return sent, caught.value


async def _gather(events: AsyncIterator[bytes], sent: list[bytes]) -> None:
    while True:
        sent.append(await anext(events))


async def _collect(flow: "_Flow", name: str, silence: float) -> list[bytes]:
    return [one async for one in relay(flow.read, Meter(name).events, silence)]


class _Flow:
    """Pieces, pauses and a break, as a service might send them."""

    def __init__(self, items: Sequence[object], *, wait: bool = False) -> None:
        self._items = list(items)
        self._wait = wait
        self._pause: asyncio.Task[None] | None = None
        self.waits, self.left = asyncio.Event(), asyncio.Event()

    async def read(self) -> bytes:
        """The next piece; goes on where it was if it is cancelled."""
        while self._items:
            item = self._items[0]
            if isinstance(item, float):
                self._pause = self._pause or asyncio.ensure_future(asyncio.sleep(item))
                await asyncio.shield(self._pause)
                self._pause = None
            self._items.pop(0)
            if isinstance(item, Exception):
                raise item
            if isinstance(item, bytes) and item:
                return item
        if self._wait:
            await self._forever()
        return b""

    async def _forever(self) -> None:
        self.waits.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.left.set()
