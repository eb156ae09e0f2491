"""The upstream of chats, before a service that a test plays itself."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from shared.clients.data_plane import ChatPlane
from shared.clients.upstream import Upstream, UpstreamResponse, _upstreams
from tests.shared.clients.conftest import Reply

HELLO = b'{"model": "gpt-4.1-mini", "messages": [{"role": "user", "content": "Hello"}]}'
PATIENCE = timedelta(seconds=10)
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
BASE = "gpt-4.1-mini"
BUSY = Reply(503, {"error": {"message": "Busy."}}, {"retry-after-ms": "10"})
EVENTS = b'data: {"choices":[]}\n\n: a comment\n\ndata: {"x":"\xc3\xa9"}\r\n\r\ndata: [DONE]\n\n'


@asynccontextmanager
async def serving(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[Upstream]:
    """An upstream whose service is `serve`."""
    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        served = Upstream(ChatPlane(f"http://127.0.0.1:{port}", "x"), PATIENCE)
        try:
            yield served
        finally:
            await served.close()


async def begin(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, piece: bytes = b""
) -> None:
    """Take the head of a question and begin a stream, with its first piece if there is one."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(HEAD + piece)
    await writer.drain()


async def close_connections() -> None:
    """Close the connections of the running event loop, if it has any."""
    found = _upstreams.pop(asyncio.get_running_loop(), None)
    if found is not None:
        await found.close()


async def everything(answer: UpstreamResponse) -> bytes:
    """All bytes of an answer."""
    pieces: list[bytes] = []
    await gather(answer, pieces)
    return b"".join(pieces)


async def gather(answer: UpstreamResponse, pieces: list[bytes]) -> None:
    """Add each piece of an answer to `pieces`, which has them also if the answer breaks off."""
    while piece := await answer.read_chunk():
        pieces.append(piece)


def body_length(head: bytes) -> int:
    """How many bytes come after the head of a question."""
    return int(head.lower().partition(b"content-length:")[2].split()[0])
