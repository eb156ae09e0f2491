"""The chat door's way through: byte for byte, unbuffered, and honest about errors."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from shared.clients.data_plane import ChatPlane
from shared.clients.upstream import Upstream, UpstreamAnswer, close_upstream, upstream
from shared.errors import RelayedError, ServiceError
from shared.settings import settings
from tests.services import Emulator
from tests.shared.clients.conftest import Reply, Scripted

HELLO = b'{"model": "gpt-4.1-mini", "messages": [{"role": "user", "content": "Hello"}]}'
PATIENCE = timedelta(seconds=10)
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
PIECES = 50
BASE = "gpt-4.1-mini"
BUSY = Reply(503, {"error": {"message": "Busy."}}, {"retry-after-ms": "10"})
EVENTS = b'data: {"choices":[]}\n\n: a comment\n\ndata: {"x":"\xc3\xa9"}\r\n\r\ndata: [DONE]\n\n'


@pytest.fixture(autouse=True)
async def closed() -> AsyncIterator[None]:
    """No test leaves connections behind."""
    yield
    await close_upstream()


@pytest.mark.usefixtures("app")
async def test_answer_is_the_service_own() -> None:
    """A whole answer arrives with status, headers and every field, the unknown ones too."""
    answer = await upstream().open(BASE, HELLO)

    body = json.loads(await answer.body())
    await answer.close()
    assert answer.headers["content-type"].startswith("application/json")
    assert body["choices"][0]["message"]["content"]
    assert "prompt_filter_results" in body


@pytest.mark.usefixtures("app")
async def test_stream_is_the_service_own() -> None:
    """A stream has its odd first chunk, its usage chunk and its end."""
    body = HELLO[:-1] + b', "stream": true, "stream_options": {"include_usage": true}}'
    answer = await upstream().open(BASE, body)

    lines = (await _all(answer)).splitlines(keepends=True)

    await answer.close()
    chunks = [json.loads(line[6:]) for line in lines if line.startswith(b"data: {")]
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert chunks[0]["choices"] == []
    assert "prompt_filter_results" in chunks[0]
    assert chunks[-1]["usage"]["total_tokens"] > 0
    assert lines[-2:] == [b"data: [DONE]\n", b"\n"]


async def test_body_goes_up_untouched(scripted: Scripted) -> None:
    """Every byte goes up as it was given, to the chat's address, with the app's own token."""
    scripted.says(Reply(200, {}))
    body = b'{"seed" : 1e400, "n": 123456789012345678901234567890, "x": "\\u00e9"}'

    answer = await upstream().open("run-1", body)
    await answer.close()

    seen = scripted.seen[0]
    assert (seen.method, seen.path, seen.body) == ("POST", "/openai/v1/chat/completions", body)
    assert seen.headers["authorization"] == "Bearer scripted-token"
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("data", [EVENTS, EVENTS + b"data: no line end", b"\n\n\n"])
async def test_pieces_join_to_the_bytes_sent(scripted: Scripted, data: bytes) -> None:
    """Nothing is decoded, trimmed or lost on the way."""
    scripted.says(Reply(200, data, {"content-type": "text/event-stream"}))
    answer = await upstream().open("run-1", HELLO)

    assert await _all(answer) == data

    await answer.close()


async def test_a_cancelled_read_loses_nothing() -> None:
    """Somebody who gave up waiting for a piece gets it at the next call."""
    release = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(HEAD)
        await release.wait()
        writer.write(b"data: 1\n\n")
        writer.close()

    async with _serving(serve) as served:
        answer = await served.open("run-1", HELLO)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(answer.piece(), 0.01)
        release.set()

        assert await _all(answer) == b"data: 1\n\n"


async def test_first_piece_comes_before_the_last_is_sent() -> None:
    """A piece is given on as soon as it is there, not when the answer ends."""
    release = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(HEAD + b"data: 1\n\n")
        await writer.drain()
        await release.wait()
        writer.write(b"data: [DONE]\n\n")
        writer.close()

    async with _serving(serve) as served:
        answer = await served.open("run-1", HELLO)
        first = await asyncio.wait_for(answer.piece(), PATIENCE.seconds)
        release.set()
        rest = await _all(answer)

    assert first == b"data: 1\n\n"
    assert rest == b"data: [DONE]\n\n"


async def test_leaving_ends_the_request_upstream() -> None:
    """Closing in the middle of a stream closes the connection, so no token is paid for nobody."""
    gone = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(HEAD + b"data: 1\n\n")
        await writer.drain()
        while await reader.read(65536):
            pass
        gone.set()
        writer.close()

    async with _serving(serve) as served:
        answer = await served.open("run-1", HELLO)
        await answer.piece()
        await answer.close()
        await answer.close()
        await asyncio.wait_for(gone.wait(), PATIENCE.seconds)

    assert gone.is_set()


async def test_refusal_comes_before_the_first_byte(scripted: Scripted) -> None:
    """A refusal has the service's status, code, body and retry headers."""
    inner = {"code": "429", "message": "Slow down.", "type": None}
    headers = {"retry-after": "300", "x-ratelimit-remaining-tokens": "0"}
    scripted.says(Reply(429, {"error": inner}, headers))

    with pytest.raises(RelayedError) as caught:
        await upstream().open("run-1", HELLO)

    error = caught.value
    assert (error.status, error.retry_after) == (429, 300)
    assert error.to_openai() == {"error": {**inner, "param": None}}
    assert error.headers == headers
    assert len(scripted.seen) == 1


@pytest.mark.parametrize("first", [BUSY, replace(BUSY, status=429), replace(BUSY, status=0)])
async def test_what_a_retry_can_help_is_retried(scripted: Scripted, first: Reply) -> None:
    """A short refusal or a cut line before the first byte is not the caller's to see."""
    scripted.says(first, Reply(200, {"a": 1}))

    answer = await upstream().open("run-1", HELLO)

    assert json.loads(await answer.body()) == {"a": 1}
    await answer.close()
    assert [seen.body for seen in scripted.seen] == [HELLO, HELLO]


@pytest.mark.parametrize("status", [400, 404, 408, 409, 422])
async def test_what_no_retry_helps_is_not_retried(scripted: Scripted, status: int) -> None:
    """A refusal that would come again reaches the caller at once."""
    scripted.says(replace(BUSY, status=status))

    with pytest.raises(RelayedError) as caught:
        await upstream().open("run-1", HELLO)

    assert caught.value.status == status
    assert len(scripted.seen) == 1


async def test_the_service_says_how_long_to_wait(scripted: Scripted) -> None:
    """A retry comes no sooner than the service asks for."""
    scripted.says(replace(BUSY, headers={"retry-after-ms": "400"}), Reply(200, {}))
    began = time.monotonic()

    await (await upstream().open("run-1", HELLO)).close()

    assert time.monotonic() - began >= 0.4
    assert len(scripted.seen) == 2


async def test_retries_end_in_time(scripted: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stays refused is tried a few times, with growing waits, and then told."""
    monkeypatch.setenv("CHAT_RETRY_FOR", "0.5s")
    settings.cache_clear()
    scripted.says(BUSY)

    with pytest.raises(RelayedError) as caught:
        await upstream().open("run-1", HELLO)

    assert caught.value.headers == {"retry-after-ms": "10"}
    assert 2 <= len(scripted.seen) <= 3


async def test_break_in_the_middle_is_an_error(scripted: Scripted) -> None:
    """A stream that the service cuts off gives its lines, then a retryable error."""
    scripted.says(Reply(200, EVENTS, {"content-type": "text/event-stream"}, cut=True))
    answer = await upstream().open("run-1", HELLO)
    pieces: list[bytes] = []

    with pytest.raises(ServiceError) as caught:
        await _gathered(answer, pieces)

    await answer.close()
    assert b"".join(pieces) == EVENTS
    assert len(scripted.seen) == 1
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

    async with _serving(serve) as served:
        answer = await served.open("run-1", HELLO)
        await broke.wait()
        while answer._response.content.exception() is None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        pieces: list[bytes] = []
        with pytest.raises(ServiceError):
            await _gathered(answer, pieces)
        await answer.close()

    assert b"".join(pieces) == EVENTS


async def test_break_of_a_whole_body_is_an_error(scripted: Scripted) -> None:
    """A body that ends too early is not taken for a whole one."""
    scripted.says(Reply(200, b'{"a": 1}', cut=True))
    answer = await upstream().open("run-1", HELLO)

    with pytest.raises(ServiceError):
        await answer.body()

    await answer.close()


async def test_missing_deployment_is_told_in_the_service_words(
    emulator: Emulator, app: dict[str, str]
) -> None:
    """A deployment that is not there is a 404 with the service's code and message."""
    async with httpx.AsyncClient(headers={"api-key": "emulator-key"}) as client:
        body = HELLO.replace(BASE.encode(), b"run-9")
        seen = await client.post(f"{emulator.url}/openai/v1/chat/completions", content=body)

    with pytest.raises(RelayedError) as caught:
        await upstream().open("run-9", body)

    assert (caught.value.status, caught.value.code) == (404, "DeploymentNotFound")
    assert caught.value.body == seen.json()["error"]


async def test_pages_between_are_told_in_words(scripted: Scripted) -> None:
    """A refusal that is no JSON, such as a gateway's page, is an error in OpenAI's form."""
    scripted.says(Reply(400, b"<html>Bad gateway", {"content-type": "text/html"}))

    with pytest.raises(RelayedError, match="Bad gateway") as caught:
        await upstream().open("run-1", HELLO)

    assert caught.value.to_openai()["error"]


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
            await reader.readexactly(_length(head))
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")

    async with _serving(serve) as served:
        for _ in range(3):
            answer = await served.open("run-1", HELLO)
            assert await answer.body() == b"{}"
            await answer.close()

    assert opened == 1


async def test_many_streams_at_once_do_not_mix() -> None:
    """Each of many callers gets all pieces of the answer to its own question and no other."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        length = _length(await reader.readuntil(b"\r\n\r\n"))
        who = await reader.readexactly(length)
        writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")
        for number in range(PIECES):
            writer.write(b"data: %s %d\n" % (who, number))
            await writer.drain()
            await asyncio.sleep(0)
        writer.close()

    async def ask(served: Upstream, who: bytes) -> bytes:
        answer = await served.open("run-1", who)
        text = await _all(answer)
        await answer.close()
        return text

    names = [b"run-%d" % number for number in range(60)]
    async with _serving(echo) as served:
        found = await asyncio.gather(*(ask(served, name) for name in names))

    wanted = [b"".join(b"data: %s %d\n" % (n, i) for i in range(PIECES)) for n in names]
    assert found == wanted


@asynccontextmanager
async def _serving(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[Upstream]:
    """An upstream whose service is `serve`."""
    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        served = Upstream(ChatPlane(f"http://127.0.0.1:{port}", "x"), PATIENCE)
        yield served
        await served.close()


async def _all(answer: UpstreamAnswer) -> bytes:
    pieces: list[bytes] = []
    await _gathered(answer, pieces)
    return b"".join(pieces)


async def _gathered(answer: UpstreamAnswer, pieces: list[bytes]) -> None:
    while piece := await answer.piece():
        pieces.append(piece)


def _length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].split()[0])


async def _other() -> Upstream:
    return upstream()
