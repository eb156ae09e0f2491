"""One chat with the emulated service, and with one that answers what a test wants."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from shared.chat import CompletionRequest, create_completion
from shared.chat.targets import targets
from shared.errors import AsleepError, NotReadyError, ServiceError
from shared.registry import Model
from shared.registry.state import Phase
from shared.registry.table import Registry
from tests.services import Emulator
from tests.shared.chat.conftest import CACHES, OTHER, RUN, Seed, eventually
from tests.shared.clients.conftest import Reply, ScriptedServer
from tests.shared.clients.upstream import close_connections

HI = {"messages": [{"role": "user", "content": "hi"}]}
STREAM = CompletionRequest({**HI, "model": "base", "stream": True})


@pytest.fixture(autouse=True)
async def fresh() -> AsyncIterator[None]:
    """No test sees what another one found, nor leaves connections behind."""
    for cache in CACHES:
        cache.cache_clear()
    yield
    await close_connections()
    for cache in CACHES:
        cache.cache_clear()


async def test_fields_that_nobody_knows_go_through(scripted_server: ScriptedServer) -> None:
    """Everything but `model` reaches the service as the caller sent it."""
    scripted_server.reply_with(Reply(200, {"model": "x"}))
    body = {**HI, "model": "base", "tools": [{"a": None}], "seed": 2**40, "x_new": {"é": [1.5]}}

    await _ask(body)

    assert json.loads(scripted_server.seen[0].body) == {**body, "model": "gpt-4.1-mini"}


async def test_an_answer_comes_back_as_it_was_sent(scripted_server: ScriptedServer) -> None:
    """Names, values and order of the body are the service's, but for the name of the model."""
    answer = b'{"model" : "gpt-4.1.ft-1","z":1.50, "a":"\\u00e9"}'
    scripted_server.reply_with(Reply(200, answer, {"x-request-id": "r-1"}))

    completion = await create_completion(CompletionRequest({**HI, "model": "base"}), key="tests")
    body = completion.content

    assert body is not None
    assert list(json.loads(body).items()) == [("model", "base"), ("z", 1.5), ("a", "é")]
    assert completion.headers["x-request-id"] == "r-1"


async def test_a_refusal_keeps_its_status_and_code(scripted_server: ScriptedServer) -> None:
    """A filtered prompt is the service's 400, with its code and message."""
    error = {"code": "content_filter", "message": "The response was filtered.", "param": "prompt"}
    scripted_server.reply_with(Reply(400, {"error": error}))

    with pytest.raises(ServiceError, match="filtered") as caught:
        await create_completion(CompletionRequest({**HI, "model": "base"}), key="tests")

    assert (caught.value.status, caught.value.code) == (400, "content_filter")


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_app_is_not_the_callers_fault(
    scripted_server: ScriptedServer, status: int
) -> None:
    """If the service refuses the app's identity the caller gets 502, not a word on their key."""
    scripted_server.reply_with(
        Reply(status, {"error": {"code": "PermissionDenied", "message": "lacks a role"}})
    )

    with pytest.raises(ServiceError, match="lacks a role") as caught:
        await create_completion(CompletionRequest({**HI, "model": "base"}), key="tests")

    assert (caught.value.status, caught.value.code) == (502, "PermissionDenied")


async def test_the_system_message_reaches_the_service(rows: Registry, seed: Seed) -> None:
    """The trained system message is sent along unless the caller asks for a raw chat."""
    seed(RUN, active=True)

    with_it = await _ask({**HI, "model": "brolly"})
    without = await _ask({**HI, "model": "brolly"}, raw=True)

    assert with_it["usage"]["prompt_tokens"] > without["usage"]["prompt_tokens"]
    assert with_it["model"] == "brolly"


async def test_a_chat_moves_last_used(rows: Registry, seed: Seed) -> None:
    """The first chat with a version is written to its row at once."""
    seed(RUN, active=True)

    await _ask({**HI, "model": "brolly"})

    await eventually(lambda: rows.get(RUN).deployment.last_used)


async def test_a_chat_that_meets_a_retirement_says_so(rows: Registry, seed: Seed) -> None:
    """If the deployment went while its address was still kept, the caller hears of the sleep."""
    run = seed(RUN, active=True, deployment_name="gone")
    await targets().get("brolly")
    rows.replace(run, replace(run, phase=Phase.ASLEEP).with_deployment(name=""))

    with pytest.raises(NotReadyError) as caught:
        await create_completion(CompletionRequest({**HI, "model": "brolly"}), key="tests")

    assert caught.value.code == "model_asleep"


async def test_a_chat_that_meets_a_switch_goes_on(rows: Registry, seed: Seed) -> None:
    """If another version took over and the old one is gone, the new one answers."""
    seed(RUN, active=True, deployment_name="gone")
    await targets().get("brolly")
    seed(OTHER)
    rows.put_model(rows.model("brolly"), Model(model="brolly", active=OTHER))

    completion = await create_completion(CompletionRequest({**HI, "model": "brolly"}), key="tests")
    await completion.close()

    assert completion.target.run == OTHER


async def test_a_deployment_that_is_gone_is_noticed(
    rows: Registry, seed: Seed, emulator: Emulator
) -> None:
    """What went without the registry's knowledge is noticed by the chat, as sleep."""
    seed(RUN, active=True, deployment_name="gone", training_tuned_model="m")

    with pytest.raises(AsleepError) as caught:
        await create_completion(CompletionRequest({**HI, "model": "brolly"}), key="tests")

    assert (caught.value.code, caught.value.wakeable) == ("model_asleep", True)
    assert (rows.get(RUN).phase, rows.get(RUN).deployment.name) == ("asleep", "")


async def test_a_deployment_that_is_not_known_yet(
    rows: Registry, seed: Seed, emulator: Emulator
) -> None:
    """A 404 for a deployment that Resource Manager has is relayed as it is, and changes nothing."""
    before = seed(RUN, active=True)
    body = {"error": {"code": "DeploymentNotFound", "message": "Wait a minute."}}
    emulator.control(
        "faults", {"path": "*/chat/completions", "status": 404, "body": body, "times": 0}
    )

    with pytest.raises(ServiceError, match="Wait a minute") as caught:
        await create_completion(CompletionRequest({**HI, "model": "brolly"}), key="tests")

    assert caught.value.status == 404
    assert rows.get(RUN) == before


async def test_a_stream_keeps_its_form(app: dict[str, str]) -> None:
    """The first chunk has no choices, the last line is `[DONE]`, every chunk has the name."""
    completion = await create_completion(STREAM, key="tests")
    lines = b"".join([piece async for piece in completion.events()]).splitlines()
    await completion.close()

    chunks = [json.loads(line[6:]) for line in lines if line.startswith(b"data: {")]
    assert completion.content is None
    assert chunks[0]["choices"] == []
    assert {chunk["model"] for chunk in chunks} == {"base"}
    assert lines[-2:] == [b"data: [DONE]", b""]


async def test_a_stream_that_is_cut_ends_with_an_error(
    app: dict[str, str], emulator: Emulator
) -> None:
    """A connection that breaks in the middle is an error after what had come."""
    emulator.control("faults", {"path": "*/chat/completions", "cut_after": 3})

    completion = await create_completion(STREAM, key="tests")
    sent: list[bytes] = []
    with pytest.raises(ServiceError, match="Send the request again"):
        await _gather(completion.events(), sent)
    await completion.close()

    text = b"".join(sent)
    assert text.startswith(b"data: {")
    assert b"[DONE]" not in text


async def _gather(events: AsyncIterator[bytes], sent: list[bytes]) -> None:
    while True:
        sent.append(await anext(events))


async def _ask(body: dict[str, Any], *, raw: bool = False) -> Any:
    completion = await create_completion(CompletionRequest(body), key="tests", raw=raw)
    assert completion.content is not None
    return json.loads(completion.content)
