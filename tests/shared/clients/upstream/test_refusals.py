"""A refusal reaches the caller in the service's own words."""

import httpx
import pytest

from shared.clients.upstream import upstream
from shared.errors import RelayedError
from tests.services import Emulator
from tests.shared.clients.conftest import Reply, ScriptedServer
from tests.shared.clients.upstream import BASE, HELLO


async def test_refusal_comes_before_the_first_byte(scripted_server: ScriptedServer) -> None:
    """A refusal has the service's status, code, body and retry headers."""
    inner = {"code": "429", "message": "Slow down.", "type": None}
    headers = {"retry-after": "300", "x-ratelimit-remaining-tokens": "0"}
    scripted_server.reply_with(Reply(429, {"error": inner}, headers))

    with pytest.raises(RelayedError) as caught:
        await upstream().open("run-1", HELLO)

    error = caught.value
    assert (error.status, error.retry_after) == (429, 300)
    assert error.to_openai() == {"error": {**inner, "param": None}}
    assert error.headers == headers
    assert len(scripted_server.seen) == 1


async def test_missing_deployment_keeps_the_service_words(
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


async def test_pages_between_are_described(scripted_server: ScriptedServer) -> None:
    """A refusal that is no JSON, such as a gateway's page, is an error in OpenAI's form."""
    scripted_server.reply_with(Reply(400, b"<html>Bad gateway", {"content-type": "text/html"}))

    with pytest.raises(RelayedError, match="Bad gateway") as caught:
        await upstream().open("run-1", HELLO)

    assert caught.value.to_openai()["error"]
