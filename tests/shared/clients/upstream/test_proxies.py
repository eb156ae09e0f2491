"""Chats go through the proxy that the environment names."""

import asyncio

import pytest

from shared.clients.data_plane import ChatPlane
from shared.clients.upstream import Upstream
from shared.errors import ServiceError
from tests.shared.clients.upstream import HELLO, PATIENCE, body_length

LOGIN = "user:secret"
LOGIN_HEADER = b"Basic dXNlcjpzZWNyZXQ="


@pytest.mark.parametrize("chats", [1, 2])
async def test_plain_http_is_sent_to_the_proxy(monkeypatch: pytest.MonkeyPatch, chats: int) -> None:
    """The proxy gets the whole address and its login, at each chat of a connection."""
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            heads.append(head)
            await reader.readexactly(body_length(head))
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        monkeypatch.setenv("http_proxy", _address(server))
        upstream = Upstream(ChatPlane("http://localhost:1", "key"), PATIENCE)
        for _ in range(chats):
            response = await upstream.open("run-1", HELLO)
            assert await response.body() == b"{}"
            await response.close()
        await upstream.close()

    for head in heads:
        assert head.startswith(b"POST http://localhost:1/openai/v1/chat/completions HTTP/1.1")
        assert b"\r\nhost: localhost:1\r\n" in head.lower()
        assert b"\r\nProxy-Authorization: " + LOGIN_HEADER in head
        assert head.count(b"Authorization: Bearer key\r\n") == 1
    assert len(heads) == chats


async def test_https_goes_through_a_tunnel(monkeypatch: pytest.MonkeyPatch) -> None:
    """With TLS the proxy learns host and port, and neither path nor key of the service."""
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        monkeypatch.setenv("https_proxy", _address(server))
        upstream = Upstream(ChatPlane("https://service.example", "key"), PATIENCE * 0)
        with pytest.raises(ServiceError) as caught:
            await upstream.open("run-1", HELLO)
        await upstream.close()

    assert caught.value.code == "unreachable"
    assert heads[0].startswith(b"CONNECT service.example:443 HTTP/1.1")
    assert LOGIN_HEADER in heads[0]
    assert b"key" not in heads[0]


def _address(server: asyncio.Server) -> str:
    return f"http://{LOGIN}@127.0.0.1:{server.sockets[0].getsockname()[1]}"
