"""A stream is given on piece by piece, to callers that wait, give up or leave."""

import asyncio

import pytest

from shared.clients.upstream import Upstream
from tests.shared.clients.upstream import HELLO, PATIENCE, begin, body_length, everything, serving

PIECES = 50


async def test_a_cancelled_read_loses_nothing() -> None:
    """Somebody who gave up waiting for a piece gets it at the next call."""
    release = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await begin(reader, writer)
        await release.wait()
        writer.write(b"data: 1\n\n")
        writer.close()

    async with serving(serve) as served:
        answer = await served.open("run-1", HELLO)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(answer.read_chunk(), 0.01)
        release.set()

        assert await everything(answer) == b"data: 1\n\n"


async def test_first_piece_comes_before_the_last_is_sent() -> None:
    """A piece is given on as soon as it is there, not when the answer ends."""
    release = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await begin(reader, writer, b"data: 1\n\n")
        await release.wait()
        writer.write(b"data: [DONE]\n\n")
        writer.close()

    async with serving(serve) as served:
        answer = await served.open("run-1", HELLO)
        first = await asyncio.wait_for(answer.read_chunk(), PATIENCE.seconds)
        release.set()
        rest = await everything(answer)

    assert first == b"data: 1\n\n"
    assert rest == b"data: [DONE]\n\n"


async def test_leaving_ends_the_request_upstream() -> None:
    """Closing in the middle of a stream closes the connection, so no token is paid for nobody."""
    gone = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await begin(reader, writer, b"data: 1\n\n")
        while await reader.read(65536):
            pass
        gone.set()
        writer.close()

    async with serving(serve) as served:
        answer = await served.open("run-1", HELLO)
        await answer.read_chunk()
        await answer.close()
        await answer.close()
        await asyncio.wait_for(gone.wait(), PATIENCE.seconds)

    assert gone.is_set()


async def test_many_streams_at_once_do_not_mix() -> None:
    """Each of many callers gets all pieces of the answer to its own question and no other."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        length = body_length(await reader.readuntil(b"\r\n\r\n"))
        who = await reader.readexactly(length)
        writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")
        for number in range(PIECES):
            writer.write(b"data: %s %d\n" % (who, number))
            await writer.drain()
            await asyncio.sleep(0)
        writer.close()

    async def ask(served: Upstream, who: bytes) -> bytes:
        answer = await served.open("run-1", who)
        text = await everything(answer)
        await answer.close()
        return text

    names = [b"run-%d" % number for number in range(60)]
    async with serving(echo) as served:
        found = await asyncio.gather(*(ask(served, name) for name in names))

    wanted = [b"".join(b"data: %s %d\n" % (n, i) for i in range(PIECES)) for n in names]
    assert found == wanted
