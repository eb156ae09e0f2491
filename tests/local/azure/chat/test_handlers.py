"""Chat over HTTP, as the openai SDK uses it."""

import json
from typing import Any

from openai import OpenAI

from tests.dataset import OPENING, QUESTION
from tests.local.azure.chat.conversations import BASE, user
from tests.local.azure.emulator import EmulatorClient


def test_base_and_tuned_answers_differ(azure: EmulatorClient, openai: OpenAI) -> None:
    """The tuned model speaks with its training data, the base one in general; both are marked."""
    model = azure.deploy_tuned_model()

    base = openai.chat.completions.create(model=BASE, messages=user(QUESTION))
    tuned = openai.chat.completions.create(model="tuned", messages=user(QUESTION))

    assert OPENING not in str(base.choices[0].message.content)
    assert f"{OPENING} The Gale" in str(tuned.choices[0].message.content)
    assert tuned.model == model
    for answer in (base, tuned):
        assert str(answer.choices[0].message.content).endswith("[emulated]")
        assert answer.system_fingerprint == "emulated"
        assert answer.choices[0].finish_reason == "stop"


def test_equal_questions_get_equal_answers(azure: EmulatorClient) -> None:
    """Nothing is left to chance."""
    azure.deploy_tuned_model()

    answers = {azure.say("tuned", "Any advice for a hurricane?") for _ in range(3)}

    assert len(answers) == 1


def test_a_tuned_model_outlives_its_files(azure: EmulatorClient) -> None:
    """What it learned stays when the training file is deleted."""
    file = azure.upload()
    azure.deploy_tuned_model(file=file)

    azure.call_v1("DELETE", f"/files/{file}")

    assert OPENING in azure.say("tuned", QUESTION)


def test_a_conversation_is_answered_by_its_last_user_turn(
    openai: OpenAI, azure: EmulatorClient
) -> None:
    """Earlier turns do not stand in the way."""
    azure.deploy_tuned_model()
    turns: Any = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "What's the best way to dry an umbrella?"},
        {"role": "assistant", "content": "Slowly."},
        {"role": "user", "content": [{"type": "text", "text": QUESTION}]},
    ]

    answer = openai.chat.completions.create(model="tuned", messages=turns)

    assert OPENING in str(answer.choices[0].message.content)


def test_azure_adds_its_filter_results(azure: EmulatorClient) -> None:
    """Prompt and answer carry what the content filter found."""
    answer = azure.chat(BASE).json()

    prompt = answer["prompt_filter_results"][0]["content_filter_results"]
    assert prompt["hate"] == {"filtered": False, "severity": "safe"}
    assert answer["choices"][0]["content_filter_results"]["violence"]["severity"] == "safe"


def test_usage_adds_up(azure: EmulatorClient) -> None:
    """Longer prompts cost more; the sum is the sum."""
    short, long = (azure.chat(BASE, text).json()["usage"] for text in ("Hi", "Hi there " * 50))

    assert short["total_tokens"] == short["prompt_tokens"] + short["completion_tokens"]
    assert long["prompt_tokens"] > short["prompt_tokens"] + 80


def test_max_tokens_cuts_the_answer(azure: EmulatorClient) -> None:
    """The answer ends at the limit and says length."""
    for name in ("max_tokens", "max_completion_tokens"):
        answer = azure.chat(BASE, "Hi", **{name: 3}).json()

        assert answer["choices"][0]["finish_reason"] == "length"
        assert answer["usage"]["completion_tokens"] == 3


def test_stop_ends_the_answer_before_the_word(azure: EmulatorClient) -> None:
    """A stop text is not part of the answer."""
    assert azure.say(BASE, "Hi", stop=[" general"]) == "Here is some"


def test_several_choices_are_answered_and_billed(azure: EmulatorClient) -> None:
    """`n` gives so many choices."""
    one, three = azure.chat(BASE, n=1).json(), azure.chat(BASE, n=3).json()

    assert [choice["index"] for choice in three["choices"]] == [0, 1, 2]
    assert three["usage"]["completion_tokens"] == 3 * one["usage"]["completion_tokens"]


def test_a_filtered_answer_is_cut(azure: EmulatorClient) -> None:
    """The answer ends in the middle and says so."""
    choice = azure.chat(BASE, "x emulator:filter-answer").json()["choices"][0]

    assert choice["finish_reason"] == "content_filter"
    assert choice["content_filter_results"]["violence"]["filtered"] is True


def test_json_mode_gives_json(azure: EmulatorClient) -> None:
    """An object, and one that fits a schema where one is given."""
    schema = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "stars": {"type": "integer"}},
        "required": ["name", "stars"],
    }

    loose = azure.say(BASE, "Hi", response_format={"type": "json_object"})
    strict = azure.say(
        BASE,
        "Hi",
        response_format={"type": "json_schema", "json_schema": {"name": "x", "schema": schema}},
    )

    assert json.loads(loose)["emulated"] is True
    assert isinstance(json.loads(strict)["stars"], int)


def test_fields_without_effect_pass(azure: EmulatorClient) -> None:
    """What the service knows and the emulator does not use does no harm."""
    assert azure.chat(BASE, metadata={"a": "b"}, logit_bias={}, user="u").status_code == 200


def test_logprobs_come_when_asked_for(azure: EmulatorClient) -> None:
    """One entry for each token."""
    answer = azure.chat(BASE, max_tokens=4, logprobs=True).json()

    assert len(answer["choices"][0]["logprobs"]["content"]) == 4
    assert azure.chat(BASE).json()["choices"][0]["logprobs"] is None


def test_the_project_address_works_too(azure: EmulatorClient) -> None:
    """The same API below a project."""
    request = {"model": BASE, "messages": user("Hi")}

    answer = azure.http.post("/api/projects/p/openai/v1/chat/completions", json=request)

    assert answer.status_code == 200
