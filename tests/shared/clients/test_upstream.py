"""The chat door's way through: byte for byte, unbuffered, and honest about errors."""

import asyncio
import json

import httpx
import pytest
from openai import AsyncOpenAI

from shared.clients.upstream import Upstream, UpstreamAnswer, upstream
from shared.errors import ServiceError
from tests.services import Emulator
from tests.shared.clients.conftest import Reply, Scripted

HELLO: dict[str, object] = {"messages": [{"role": "user", "content": "Hello"}]}
PIECES = 50
BASE = "gpt-4.1-mini"
EVENTS = b'data: {"choices":[]}\n\n: a comment\n\ndata: {"x":"\xc3\xa9"}\r\n\r\ndata: [DONE]\n\n'


@pytest.mark.usefixtures("app")
async def test_answer_is_the_service_own() -> None:
    """A whole answer arrives with status, headers and every field, the unknown ones too."""
    answer = await upstream().open(BASE, HELLO)

    body = json.loads(await answer.body())
    await answer.close()
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert body["choices"][0]["message"]["content"]
    assert "prompt_filter_results" in body


@pytest.mark.usefixtures("app")
async def test_stream_is_the_service_own() -> None:
    """A stream has its odd first chunk, its usage chunk and its end."""
    body = HELLO | {"stream": True, "stream_options": {"include_usage": True}}
    answer = await upstream().open(BASE, body)

    lines = [line async for line in answer.lines()]

    await answer.close()
    chunks = [json.loads(line[6:]) for line in lines if line.startswith(b"data: {")]
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert chunks[0]["choices"] == []
    assert "prompt_filter_results" in chunks[0]
    assert chunks[-1]["usage"]["total_tokens"] > 0
    assert lines[-2:] == [b"data: [DONE]\n", b"\n"]


async def test_body_goes_up_untouched(scripted: Scripted) -> None:
    """All fields, also ones that no SDK knows, go up as they came; only `model` is replaced."""
    scripted.says(Reply(200, {}))
    body: dict[str, object] = HELLO | {
        "model": "travel",
        "stream": False,
        "future_field": {"a": [1, None]},
        "stop": None,
    }

    answer = await upstream().open("run-1", body)
    await answer.close()

    assert scripted.sent() == body | {"model": "run-1"}
    assert scripted.seen[0].path == "/openai/v1/chat/completions"
    assert scripted.seen[0].headers["authorization"] == "Bearer scripted-token"


@pytest.mark.parametrize("data", [EVENTS, EVENTS + b"data: no line end", b"\n\n\n"])
async def test_lines_join_to_the_bytes_sent(scripted: Scripted, data: bytes) -> None:
    """Nothing is decoded, trimmed or lost on the way, and each piece is one line."""
    scripted.says(Reply(200, data, {"content-type": "text/event-stream"}))
    answer = await upstream().open("run-1", HELLO)

    lines = [line async for line in answer.lines()]

    await answer.close()
    assert b"".join(lines) == data
    assert all(line.count(b"\n") == 1 for line in lines[:-1])


async def test_first_line_comes_before_the_last_is_sent() -> None:
    """A line is given on as soon as it is there, not when the answer ends."""
    release = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: 1\n\n")
        await writer.drain()
        await release.wait()
        writer.write(b"data: [DONE]\n\n")
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with AsyncOpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="x") as client:
            answer = await Upstream(client).open("run-1", HELLO)
            lines = answer.lines()
            first = [await asyncio.wait_for(anext(lines), 10) for _ in range(2)]
            release.set()
            rest = [line async for line in lines]
            await answer.close()

    assert first == [b"data: 1\n", b"\n"]
    assert rest == [b"data: [DONE]\n", b"\n"]


async def test_leaving_ends_the_request_upstream() -> None:
    """Closing in the middle of a stream closes the connection, so no token is paid for nobody."""
    gone = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: 1\n\n")
        await writer.drain()
        while await reader.read(65536):
            pass
        gone.set()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with AsyncOpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="x") as client:
            answer = await Upstream(client).open("run-1", HELLO)
            await anext(answer.lines())
            await answer.close()
            await answer.close()
            await asyncio.wait_for(gone.wait(), 10)

    assert gone.is_set()


async def test_refusal_comes_before_the_first_byte(scripted: Scripted) -> None:
    """A refusal has the service's status, code, body and retry headers."""
    inner = {"code": "429", "message": "Slow down.", "type": None}
    headers = {"retry-after": "300", "x-ratelimit-remaining-tokens": "0"}
    scripted.says(Reply(429, {"error": inner}, headers))

    with pytest.raises(ServiceError) as caught:
        await upstream().open("run-1", HELLO)

    error = caught.value
    assert (error.status, error.code, error.retry_after) == (429, "rate_limited", 300)
    assert error.body == inner
    assert error.headers == headers
    assert len(scripted.seen) == 1


async def test_what_a_retry_can_help_is_retried(scripted: Scripted) -> None:
    """A short 503 before the first byte is not the caller's to see."""
    scripted.says(
        Reply(503, {"error": {"message": "Busy."}}, {"retry-after-ms": "10"}), Reply(200, {"a": 1})
    )

    answer = await upstream().open("run-1", HELLO)

    assert json.loads(await answer.body()) == {"a": 1}
    await answer.close()
    assert len(scripted.seen) == 2


async def test_break_in_the_middle_is_an_error(scripted: Scripted) -> None:
    """A stream that the service cuts off gives its lines, then a retryable error."""
    scripted.says(Reply(200, EVENTS, {"content-type": "text/event-stream"}, cut=True))
    answer = await upstream().open("run-1", HELLO)
    lines: list[bytes] = []

    with pytest.raises(ServiceError) as caught:
        await _gathered(answer, lines)

    await answer.close()
    assert b"".join(lines) == EVENTS
    assert (caught.value.code, caught.value.retryable) == ("unreachable", True)


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
        body = HELLO | {"model": "run-9"}
        seen = await client.post(f"{emulator.url}/openai/v1/chat/completions", json=body)

    with pytest.raises(ServiceError) as caught:
        await upstream().open("run-9", HELLO)

    assert (caught.value.status, caught.value.code) == (404, "DeploymentNotFound")
    assert caught.value.body == seen.json()["error"]


@pytest.mark.usefixtures("app")
async def test_one_client_per_event_loop() -> None:
    """Calls of one loop share their connections; another loop has its own."""
    here = upstream()

    assert upstream() is here
    assert await asyncio.to_thread(asyncio.run, _other()) is not here


async def test_many_streams_at_once_do_not_mix() -> None:
    """Each of many callers gets all pieces of the answer to its own question and no other."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].split()[0])
        who = json.loads(await reader.readexactly(length))["model"].encode()
        writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")
        for number in range(PIECES):
            writer.write(b"data: %s %d\n" % (who, number))
            await writer.drain()
            await asyncio.sleep(0)
        writer.close()

    async def ask(client: AsyncOpenAI, who: str) -> list[bytes]:
        answer = await Upstream(client).open(who, HELLO)
        lines: list[bytes] = []
        await _gathered(answer, lines)
        await answer.close()
        return lines

    async with await asyncio.start_server(echo, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with AsyncOpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="x") as client:
            names = [f"run-{number}" for number in range(60)]
            found = await asyncio.gather(*(ask(client, name) for name in names))

    wanted = [[f"data: {name} {piece}\n".encode() for piece in range(PIECES)] for name in names]
    assert found == wanted


async def _gathered(answer: UpstreamAnswer, lines: list[bytes]) -> None:
    async for line in answer.lines():
        lines.append(line)  # noqa: PERF401  # what came before an error is wanted


async def _other() -> Upstream:
    return upstream()
