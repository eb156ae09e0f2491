"""What goes up and what comes down is passed on byte for byte."""

import json

import pytest

from shared.clients.upstream import upstream
from tests.shared.clients.conftest import Reply, ScriptedServer
from tests.shared.clients.upstream import BASE, EVENTS, HELLO, everything


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

    lines = (await everything(answer)).splitlines(keepends=True)

    await answer.close()
    chunks = [json.loads(line[6:]) for line in lines if line.startswith(b"data: {")]
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert chunks[0]["choices"] == []
    assert "prompt_filter_results" in chunks[0]
    assert chunks[-1]["usage"]["total_tokens"] > 0
    assert lines[-2:] == [b"data: [DONE]\n", b"\n"]


async def test_body_goes_up_untouched(scripted_server: ScriptedServer) -> None:
    """Every byte goes up as it was given, to the chat's address, with the app's own token."""
    scripted_server.reply_with(Reply(200, {}))
    body = b'{"seed" : 1e400, "n": 123456789012345678901234567890, "x": "\\u00e9"}'

    answer = await upstream().open("run-1", body)
    await answer.close()

    seen = scripted_server.seen[0]
    assert (seen.method, seen.path, seen.body) == ("POST", "/openai/v1/chat/completions", body)
    assert seen.headers["authorization"] == "Bearer scripted-token"
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("data", [EVENTS, EVENTS + b"data: no line end", b"\n\n\n"])
async def test_pieces_join_to_the_bytes_sent(scripted_server: ScriptedServer, data: bytes) -> None:
    """Nothing is decoded, trimmed or lost on the way."""
    scripted_server.reply_with(Reply(200, data, {"content-type": "text/event-stream"}))
    answer = await upstream().open("run-1", HELLO)

    assert await everything(answer) == data

    await answer.close()


async def test_open_weight_model_is_asked_by_its_dated_path(
    scripted_server: ScriptedServer,
) -> None:
    """The deployment stands in the path, with the api-version of these chats."""
    scripted_server.reply_with(Reply(200, {}))

    answer = await upstream().open("run-1", HELLO, dated=True)

    await answer.close()
    assert [one.path for one in scripted_server.seen] == [
        "/openai/deployments/run-1/chat/completions?api-version=2025-04-01-preview"
    ]


async def test_path_that_knows_the_deployment_is_remembered(
    scripted_server: ScriptedServer,
) -> None:
    """After a 404 the v1 API is tried, and the next chat goes there at once."""
    scripted_server.reply_with(
        Reply(404, {"error": {"code": "DeploymentNotFound"}}), Reply(200, {})
    )

    for _ in range(2):
        answer = await upstream().open("run-1", HELLO, dated=True)
        await answer.body()
        await answer.close()

    assert [one.path.partition("?")[0] for one in scripted_server.seen] == [
        "/openai/deployments/run-1/chat/completions",
        "/openai/v1/chat/completions",
        "/openai/v1/chat/completions",
    ]
