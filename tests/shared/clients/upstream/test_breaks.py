"""An answer that breaks off is an error, after all that had come."""

import asyncio

import pytest

from shared.clients.upstream import Upstream, upstream
from shared.errors import ServiceError
from tests.shared.clients.conftest import Reply, ScriptedServer
from tests.shared.clients.upstream import EVENTS, HEAD, HELLO, gather, serving


async def test_break_in_the_middle_is_an_error(scripted_server: ScriptedServer) -> None:
    """A stream that the service cuts off gives its lines, then a retryable error."""
    scripted_server.reply_with(Reply(200, EVENTS, {"content-type": "text/event-stream"}, cut=True))
    answer = await upstream().open("run-1", HELLO)
    pieces: list[bytes] = []

    with pytest.raises(ServiceError) as caught:
        await gather(answer, pieces)

    await answer.close()
    assert b"".join(pieces) == EVENTS
    assert len(scripted_server.seen) == 1
    assert (caught.value.code, caught.value.retryable) == ("unreachable", True)


async def test_what_came_before_a_break_is_given() -> None:
    """Pieces that had come when the connection broke come first, however late they are read."""
    broke = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(HEAD.replace(b"\r\n\r\n", b"\r\ncontent-length: 99\r\n\r\n") + EVENTS)
        await writer.drain()
        writer.close()
        broke.set()

    async with serving(serve) as served:
        answer = await served.open("run-1", HELLO)
        await broke.wait()
        while answer._content.exception() is None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        pieces: list[bytes] = []
        with pytest.raises(ServiceError):
            await gather(answer, pieces)
        await answer.close()

    assert b"".join(pieces) == EVENTS


async def test_break_of_a_whole_body_is_an_error(scripted_server: ScriptedServer) -> None:
    """A body that ends too early is not taken for a whole one."""
    scripted_server.reply_with(Reply(200, b'{"a": 1}', cut=True))
    answer = await upstream().open("run-1", HELLO)

    with pytest.raises(ServiceError):
        await answer.body()

    await answer.close()


@pytest.mark.parametrize("head", [b"", HEAD])
async def test_silence_for_too_long_is_an_error(
    monkeypatch: pytest.MonkeyPatch, head: bytes
) -> None:
    """A service that sends nothing for too long, before or within its answer, is a time-out."""
    monkeypatch.setattr("shared.clients.upstream.CHAT_SECONDS", 0.05)
    over = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head)
        await over.wait()
        writer.close()

    async with serving(serve) as served:
        with pytest.raises(ServiceError) as caught:
            await _first_chunk(served)
        over.set()

    assert (caught.value.code, caught.value.status) == ("timeout", 504)


async def _first_chunk(served: Upstream) -> bytes:
    answer = await served.open("run-1", HELLO)
    try:
        return await answer.read_chunk()
    finally:
        await answer.close()
