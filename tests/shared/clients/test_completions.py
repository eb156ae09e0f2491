"""Whole answers from the emulated service, and what the real one does differently."""

import json

import pytest

from shared.clients.completions import complete, probe
from shared.clients.deployments import deployments
from shared.errors import ServiceError
from tests.services import Emulator
from tests.shared.clients.conftest import Reply, ScriptedServer

HELLO = [{"role": "user", "content": "Which hotel is near the station?"}]
BASE = "gpt-4.1-mini"


def _chat(choices: list[dict[str, object]], **more: object) -> dict[str, object]:
    return {
        "id": "c",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": choices,
        **more,
    }


def _choice(content: str | None, finish: str | None = "stop") -> dict[str, object]:
    return {
        "index": 0,
        "finish_reason": finish,
        "message": {"role": "assistant", "content": content},
    }


@pytest.mark.usefixtures("app")
def test_answer_has_text_tokens_and_time() -> None:
    """An answer comes with what the comparison of models shows."""
    answer = complete(BASE, HELLO)

    assert answer.text
    assert (answer.deployment, answer.model.startswith(BASE)) == (BASE, True)
    assert answer.is_metered
    assert answer.prompt_tokens > 0
    assert answer.completion_tokens > 0
    assert answer.seconds > 0
    assert answer.finish_reason == "stop"


@pytest.mark.usefixtures("app")
def test_answer_keeps_to_its_limit() -> None:
    """The longest answer is the caller's to say."""
    answer = complete(BASE, HELLO, max_tokens=2)

    assert answer.completion_tokens <= 2
    assert answer.finish_reason == "length"


@pytest.mark.usefixtures("app")
def test_probe_waits_for_the_data_plane(emulator: Emulator, tuned_model: str) -> None:
    """A deployment that has succeeded may not answer yet; then it does."""
    emulator.control("transitions", {"ready": "reads:1"})
    deployments().put("run-1", model=tuned_model, sku="Standard", capacity=5)

    with pytest.raises(ServiceError) as caught:
        probe("run-1")
    probe("run-1")

    assert caught.value.code in ("DeploymentNotFound", "DeploymentNotReady")
    assert caught.value.status == 404


def test_probe_has_room_for_a_thought(scripted_server: ScriptedServer) -> None:
    """A reasoning model refuses to be cut off after one token; 64 cost next to nothing, too."""
    scripted_server.reply_with(Reply(200, _chat([_choice(None, "length")])))

    probe("run-1")

    assert scripted_server.request_body()["model"] == "run-1"
    assert scripted_server.request_body()["max_tokens"] == 64


DATED = "/openai/deployments/run-1/chat/completions?api-version=2025-04-01-preview"


def test_open_weight_model_is_asked_by_the_dated_path(scripted_server: ScriptedServer) -> None:
    """The v1 API does not know its deployments."""
    scripted_server.reply_with(Reply(200, _chat([_choice("Hi")])))

    probe("run-1", dated=True)

    assert [one.path for one in scripted_server.seen] == [DATED]


def test_open_weight_model_that_moved_to_v1_is_found_there(scripted_server: ScriptedServer) -> None:
    """Sources disagree on the path, so a 404 is followed by a try on the other one."""
    missing = Reply(404, {"error": {"code": "DeploymentNotFound", "message": "None."}})
    scripted_server.reply_with(missing, Reply(200, _chat([_choice("Hi")])))

    assert complete("run-1", HELLO, dated=True).text == "Hi"
    assert [one.path for one in scripted_server.seen] == [DATED, "/openai/v1/chat/completions"]


@pytest.mark.parametrize(
    ("choices", "text", "finish"),
    [
        ([], "", ""),
        ([_choice(None)], "", "stop"),
        ([_choice("Hel", "content_filter")], "Hel", "content_filter"),
        ([_choice("Hi", None)], "Hi", ""),
        ([{"index": 0, "finish_reason": "content_filter"}], "", "content_filter"),
    ],
)
def test_odd_answers_are_answers(
    scripted_server: ScriptedServer, choices: list[dict[str, object]], text: str, finish: str
) -> None:
    """No choice, no text or a filter's cut is an answer with little in it, not a crash."""
    scripted_server.reply_with(Reply(200, _chat(choices)))

    answer = complete("run-1", HELLO)

    assert (answer.text, answer.finish_reason) == (text, finish)
    assert (answer.is_metered, answer.prompt_tokens, answer.completion_tokens) == (False, 0, 0)


def test_refused_prompt_is_named(scripted_server: ScriptedServer) -> None:
    """A prompt that the content filter refuses is an error of that name."""
    body = {"error": {"code": "content_filter", "message": "Filtered.", "param": "prompt"}}
    scripted_server.reply_with(Reply(400, body))

    with pytest.raises(ServiceError) as caught:
        complete("run-1", HELLO)

    assert caught.value.code == "content_filter"
    assert not caught.value.retryable


def test_reasoning_model_gets_the_names_it_wants(scripted_server: ScriptedServer) -> None:
    """Parameters that a model refuses are renamed or left out, one after the other."""

    def refusal(code: str, param: str) -> Reply:
        return Reply(400, {"error": {"code": code, "message": "Unsupported.", "param": param}})

    scripted_server.reply_with(
        refusal("unsupported_parameter", "max_tokens"),
        refusal("unsupported_value", "temperature"),
        Reply(200, _chat([_choice("Hi")])),
    )

    answer = complete("run-1", HELLO, max_tokens=9)

    assert answer.text == "Hi"
    last = json.loads(scripted_server.seen[-1].body)
    assert last["max_completion_tokens"] == 9
    assert "max_tokens" not in last
    assert "temperature" not in last


def test_refusal_of_something_not_sent_is_passed_on(scripted_server: ScriptedServer) -> None:
    """A refusal that no renaming can help ends after one request."""
    body = {"error": {"code": "unsupported_value", "message": "No.", "param": "messages[0]"}}
    scripted_server.reply_with(Reply(400, body))

    with pytest.raises(ServiceError):
        complete("run-1", HELLO)

    assert len(scripted_server.seen) == 1
