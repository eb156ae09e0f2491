"""Connections are kept and shared within an event loop."""

import asyncio

import pytest

from shared.clients.upstream import Upstream, upstream
from tests.shared.clients.upstream import HELLO, body_length, serving


@pytest.mark.usefixtures("app")
async def test_one_client_per_event_loop() -> None:
    """Calls of one loop share their connections; another loop has its own."""
    here = upstream()

    assert upstream() is here
    assert await asyncio.to_thread(asyncio.run, _other()) is not here


async def test_connections_are_kept() -> None:
    """Chats that follow each other share one connection."""
    opened = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal opened
        opened += 1
        while head := await reader.readuntil(b"\r\n\r\n"):
            await reader.readexactly(body_length(head))
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")

    async with serving(serve) as served:
        for _ in range(3):
            answer = await served.open("run-1", HELLO)
            assert await answer.body() == b"{}"
            await answer.close()

    assert opened == 1


async def _other() -> Upstream:
    return upstream()
