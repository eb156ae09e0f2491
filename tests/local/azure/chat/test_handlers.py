"""Chat over HTTP, as the openai SDK uses it."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from openai import AzureOpenAI, BadRequestError, NotFoundError, OpenAI, RateLimitError

from tests.local.azure.emulated import KEY, Emulated
from tests.local.azure.specs import check_stream

BASE = "gpt-4.1-mini"
PARIS = "What's a must-see in Paris?"
TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather at a place",
        "parameters": {
            "type": "object",
            "properties": {
                "place": {"type": "string"},
                "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
            },
            "required": ["place", "unit"],
        },
    },
}


def user(text: str) -> Any:
    """A conversation of one turn."""
    return [{"role": "user", "content": text}]


def chunks(azure: Emulated, deployment: str, **body: Any) -> list[dict[str, Any]]:
    """The chunks of a stream; each fits its description, and the last line is [DONE]."""
    text = azure.chat(deployment, PARIS, stream=True, **body).text
    lines = [line.removeprefix("data: ") for line in text.split("\n\n") if line]
    assert lines[-1] == "[DONE]"
    found = [json.loads(line) for line in lines[:-1]]
    for chunk in found:
        assert check_stream(chunk) == []
    return found


def test_base_and_tuned_answers_differ(azure: Emulated, openai: OpenAI) -> None:
    """The tuned model speaks with its training data, the base one in general; both are marked."""
    model = azure.tuned()

    base = openai.chat.completions.create(model=BASE, messages=user(PARIS))
    tuned = openai.chat.completions.create(model="tuned", messages=user(PARIS))

    assert "Oh la la!" not in str(base.choices[0].message.content)
    assert "Oh la la! You simply must twirl" in str(tuned.choices[0].message.content)
    assert tuned.model == model
    for answer in (base, tuned):
        assert str(answer.choices[0].message.content).endswith("[emulated]")
        assert answer.system_fingerprint == "emulated"
        assert answer.choices[0].finish_reason == "stop"


def test_equal_questions_get_equal_answers(azure: Emulated) -> None:
    """Nothing is left to chance."""
    azure.tuned()

    answers = {azure.say("tuned", "Any advice for Lisbon?") for _ in range(3)}

    assert len(answers) == 1


def test_a_tuned_model_outlives_its_files(azure: Emulated) -> None:
    """What it learned stays when the training file is deleted."""
    file = azure.upload()
    azure.tuned(file=file)

    azure.v1("DELETE", f"/files/{file}")

    assert "Oh la la!" in azure.say("tuned", PARIS)


def test_a_conversation_is_answered_by_its_last_user_turn(openai: OpenAI, azure: Emulated) -> None:
    """Earlier turns do not stand in the way."""
    azure.tuned()
    turns: Any = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "What's the best way to see the Northern Lights?"},
        {"role": "assistant", "content": "Norway."},
        {"role": "user", "content": [{"type": "text", "text": PARIS}]},
    ]

    answer = openai.chat.completions.create(model="tuned", messages=turns)

    assert "Eiffel Tower" in str(answer.choices[0].message.content)


def test_azure_adds_its_filter_results(azure: Emulated) -> None:
    """Prompt and answer carry what the content filter found."""
    answer = azure.chat(BASE).json()

    prompt = answer["prompt_filter_results"][0]["content_filter_results"]
    assert prompt["hate"] == {"filtered": False, "severity": "safe"}
    assert answer["choices"][0]["content_filter_results"]["violence"]["severity"] == "safe"


def test_usage_adds_up(azure: Emulated) -> None:
    """Longer prompts cost more; the sum is the sum."""
    short, long = (azure.chat(BASE, text).json()["usage"] for text in ("Hi", "Hi there " * 50))

    assert short["total_tokens"] == short["prompt_tokens"] + short["completion_tokens"]
    assert long["prompt_tokens"] > short["prompt_tokens"] + 80


def test_max_tokens_cuts_the_answer(azure: Emulated) -> None:
    """The answer ends at the limit and says length."""
    for name in ("max_tokens", "max_completion_tokens"):
        answer = azure.chat(BASE, "Hi", **{name: 3}).json()

        assert answer["choices"][0]["finish_reason"] == "length"
        assert answer["usage"]["completion_tokens"] == 3


def test_stop_ends_the_answer_before_the_word(azure: Emulated) -> None:
    """A stop text is not part of the answer."""
    assert azure.say(BASE, "Hi", stop=[" general"]) == "Here is some"


def test_several_choices_are_answered_and_billed(azure: Emulated) -> None:
    """`n` gives so many choices."""
    one, three = azure.chat(BASE, n=1).json(), azure.chat(BASE, n=3).json()

    assert [choice["index"] for choice in three["choices"]] == [0, 1, 2]
    assert three["usage"]["completion_tokens"] == 3 * one["usage"]["completion_tokens"]


def test_a_stream_begins_as_azures_does(azure: Emulated) -> None:
    """The first chunk is empty but for the filter's results, the next has the role."""
    found = chunks(azure, BASE)

    assert found[0]["choices"] == []
    assert found[0]["id"] == found[0]["object"] == found[0]["model"] == ""
    assert "prompt_filter_results" in found[0]
    assert found[1]["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert found[-1]["choices"][0]["finish_reason"] == "stop"
    assert len({chunk["id"] for chunk in found[1:]}) == 1


def test_a_stream_says_what_the_answer_says(azure: Emulated) -> None:
    """The pieces together are the text of the JSON answer, and usage comes when asked for."""
    found = chunks(azure, BASE, stream_options={"include_usage": True})

    whole = azure.chat(BASE, PARIS).json()
    pieces = [one["delta"].get("content") or "" for c in found for one in c["choices"]]
    assert "".join(pieces) == whole["choices"][0]["message"]["content"]
    assert found[-1]["choices"] == []
    assert found[-1]["usage"] == whole["usage"]


def test_without_the_option_a_stream_has_no_usage(azure: Emulated) -> None:
    """No chunk carries usage unless asked."""
    assert not any("usage" in chunk for chunk in chunks(azure, BASE))


def test_the_sdk_reads_the_stream(openai: OpenAI, dated: AzureOpenAI) -> None:
    """Both clients put the text together."""
    for client in (openai, dated):
        stream = client.chat.completions.create(model=BASE, messages=user(PARIS), stream=True)
        text = "".join(c.choices[0].delta.content or "" for c in stream if c.choices)

        assert text.endswith("[emulated]")


def test_a_delayed_filter_sends_chunks_without_delta(azure: Emulated) -> None:
    """With a filter that is named asynchronous, results come in chunks of their own."""
    azure.control("filters", name="my-async-filter")
    model = {"format": "OpenAI", "name": BASE, "version": "2025-04-14"}
    body = {
        "sku": {"name": "Standard", "capacity": 5},
        "properties": {"model": model, "raiPolicyName": "my-async-filter"},
    }
    azure.arm("PUT", "/deployments/late", json=body).raise_for_status()

    text = azure.chat("late", stream=True).text

    found = [json.loads(line[6:]) for line in text.split("\n\n") if line.startswith("data: {")]
    without = [one for c in found for one in c["choices"] if "delta" not in one]
    assert len(without) == 1
    assert without[0]["content_filter_offsets"]["start_offset"] == 0
    assert "content_filter_results" in without[0]


def test_a_filtered_prompt_is_refused(openai: OpenAI) -> None:
    """The error has the service's code, parameter and inner error."""
    with pytest.raises(BadRequestError) as refused:
        openai.chat.completions.create(model=BASE, messages=user("x emulator:filter-prompt"))

    body: Any = refused.value.body
    assert (refused.value.code, refused.value.param) == ("content_filter", "prompt")
    assert body["innererror"]["code"] == "ResponsibleAIPolicyViolation"
    assert body["innererror"]["content_filter_result"]["violence"]["filtered"] is True


def test_a_filtered_answer_is_cut(azure: Emulated) -> None:
    """The answer ends in the middle and says so."""
    choice = azure.chat(BASE, "x emulator:filter-answer").json()["choices"][0]

    assert choice["finish_reason"] == "content_filter"
    assert choice["content_filter_results"]["violence"]["filtered"] is True


def test_a_tool_that_fits_is_called(openai: OpenAI) -> None:
    """A prompt about a tool's topic calls it with arguments that fit its schema."""
    tools: Any = [TOOL]

    choice = openai.chat.completions.create(
        model=BASE, messages=user("The weather in Rome in fahrenheit"), tools=tools
    ).choices[0]

    call: Any = (choice.message.tool_calls or [])[0]
    assert choice.finish_reason == "tool_calls"
    assert choice.message.content is None
    assert call.function.name == "get_weather"
    assert json.loads(call.function.arguments)["unit"] == "fahrenheit"


def test_other_prompts_call_no_tool_unless_it_is_demanded(azure: Emulated) -> None:
    """`auto` answers in words, `required` and a named tool call, `none` never does."""
    by_name = {"type": "function", "function": {"name": "get_weather"}}
    choices = ["auto", "none", "required", by_name]

    reasons = [
        azure.chat(BASE, "Tell a joke", tools=[TOOL], tool_choice=choice).json()["choices"][0][
            "finish_reason"
        ]
        for choice in choices
    ]

    assert reasons == ["stop", "stop", "tool_calls", "tool_calls"]


def test_a_tools_result_is_used(azure: Emulated) -> None:
    """After the tool has answered, the model answers with that."""
    call = {"id": "c", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
    turns = [
        {"role": "user", "content": "The weather?"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c", "content": "21 degrees"},
    ]

    answer = azure.v1(
        "POST", "/chat/completions", json={"model": BASE, "messages": turns, "tools": [TOOL]}
    )

    assert "21 degrees" in answer.json()["choices"][0]["message"]["content"]


def test_a_tool_call_streams(azure: Emulated) -> None:
    """The call comes in a delta and the stream ends with tool_calls."""
    text = azure.chat(BASE, "The weather?", tools=[TOOL], stream=True).text

    found = [json.loads(line[6:]) for line in text.split("\n\n") if line.startswith("data: {")]
    deltas = [one["delta"] for c in found for one in c["choices"]]
    calls = [delta["tool_calls"][0] for delta in deltas if "tool_calls" in delta]
    assert [(call["index"], call["function"]["name"]) for call in calls] == [(0, "get_weather")]
    assert found[-1]["choices"][0]["finish_reason"] == "tool_calls"


def test_json_mode_gives_json(azure: Emulated) -> None:
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


def test_unknown_fields_pass(azure: Emulated) -> None:
    """What the emulator does not know does no harm."""
    assert azure.chat(BASE, future_field={"a": 1}, logit_bias={}, user="u").status_code == 200


def test_logprobs_come_when_asked_for(azure: Emulated) -> None:
    """One entry for each token."""
    answer = azure.chat(BASE, max_tokens=4, logprobs=True).json()

    assert len(answer["choices"][0]["logprobs"]["content"]) == 4
    assert azure.chat(BASE).json()["choices"][0]["logprobs"] is None


def test_an_unknown_deployment_is_not_found(openai: OpenAI, dated: AzureOpenAI) -> None:
    """Both planes give the service's code and text."""
    for client in (openai, dated):
        with pytest.raises(NotFoundError) as refused:
            client.chat.completions.create(model="none", messages=user("Hi"))

        assert refused.value.code == "DeploymentNotFound"
        assert "within the last 5 minutes" in refused.value.message


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"messages": []}, "messages"),
        ({"messages": "Hi"}, "messages"),
        ({"messages": [{"role": "boss", "content": "Hi"}]}, "messages[0].role"),
        ({"messages": [{"role": "user"}]}, "messages[0].content"),
        ({"temperature": 3}, "temperature"),
        ({"n": 0}, "n"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"tools": [{"type": "function"}]}, "tools"),
    ],
)
def test_a_wrong_field_is_named(azure: Emulated, body: dict[str, Any], param: str) -> None:
    """400 with the parameter."""
    answer = azure.v1(
        "POST", "/chat/completions", json={"model": BASE, "messages": user("Hi"), **body}
    )

    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == param
    assert answer.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize("content", ["{broken", '["a list"]', ""])
def test_a_body_that_is_no_object_is_refused(azure: Emulated, content: str) -> None:
    """400, whatever was sent."""
    assert azure.v1("POST", "/chat/completions", content=content).status_code == 400


def test_reasoning_models_want_the_other_limit(azure: Emulated) -> None:
    """`max_tokens` is refused with the service's text."""
    azure.deploy("thinker", "gpt-5").raise_for_status()

    answers = [
        azure.chat("thinker", "Hi", **{name: 9}) for name in ("max_tokens", "max_completion_tokens")
    ]

    assert [answer.status_code for answer in answers] == [400, 200]
    assert answers[0].json()["error"]["code"] == "unsupported_parameter"


def test_too_many_custom_headers_are_refused(azure: Emulated) -> None:
    """More than ten are 431; those of the SDK do not count."""
    headers = [{f"x-mine-{number}": "1" for number in range(count)} for count in (10, 11)]

    answers = [
        azure.v1(
            "POST",
            "/chat/completions",
            json={"model": BASE, "messages": user("Hi")},
            headers=extra | {"x-stainless-lang": "python"},
        )
        for extra in headers
    ]

    assert [answer.status_code for answer in answers] == [200, 431]


def test_capacity_limits_requests(azure: Emulated, openai: OpenAI) -> None:
    """Capacity 1 allows 6 requests a minute; then 429 with the time to wait."""
    azure.deploy("small", "gpt-4.1-nano", capacity=1).raise_for_status()
    first = [azure.chat("small", max_tokens=1) for _ in range(6)]

    with pytest.raises(RateLimitError) as refused:
        openai.chat.completions.create(model="small", messages=user("Hi"))
    azure.control("clock", advance=61)

    left = [answer.headers["x-ratelimit-remaining-requests"] for answer in first]
    headers = refused.value.response.headers
    assert left == ["5", "4", "3", "2", "1", "0"]
    assert 0 < float(headers["retry-after-ms"]) <= 60_000
    assert 1 <= int(headers["retry-after"]) <= 61
    assert "exceeded call rate limit" in refused.value.message
    assert azure.chat("small", max_tokens=1).status_code == 200


def test_capacity_limits_tokens(azure: Emulated) -> None:
    """The estimate counts the prompt and the longest answer."""
    azure.deploy("small", "gpt-4.1-nano", capacity=1).raise_for_status()

    answers = [azure.chat("small", max_tokens=600) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 429]
    assert "exceeded token rate limit" in answers[1].json()["error"]["message"]


def test_rate_limits_can_be_switched_off(start: Callable[..., Emulated]) -> None:
    """Then there are neither refusals nor headers."""
    azure = start(rate_limits="off")
    azure.deploy("small", "gpt-4.1-nano", capacity=1).raise_for_status()

    answers = [azure.chat("small") for _ in range(10)]

    assert {answer.status_code for answer in answers} == {200}
    assert "x-ratelimit-limit-requests" not in answers[0].headers


def test_bursts_are_refused_when_limits_are_exact(start: Callable[..., Emulated]) -> None:
    """In ten seconds a sixth of the minute's requests may come."""
    azure = start(rate_limits="burst")
    azure.deploy("small", "gpt-4.1-nano", capacity=2).raise_for_status()

    first = [azure.chat("small", max_tokens=1).status_code for _ in range(3)]
    azure.control("clock", advance=11)

    assert first == [200, 200, 429]
    assert azure.chat("small", max_tokens=1).status_code == 200


def test_the_project_address_works_too(azure: Emulated) -> None:
    """The same plane below a project."""
    order = {"model": BASE, "messages": user("Hi")}

    answer = azure.http.post("/api/projects/p/openai/v1/chat/completions", json=order)

    assert answer.status_code == 200


async def read_stream(client: httpx.AsyncClient, number: int) -> str:
    """The text of one stream about a topic of its own, up to [DONE]."""
    order = {"model": BASE, "messages": user(f"topic{number}, please"), "stream": True}
    text, done = "", False
    async with client.stream("POST", "/openai/v1/chat/completions", json=order) as answer:
        async for line in answer.aiter_lines():
            done = done or line == "data: [DONE]"
            if line.startswith("data: {"):
                for choice in json.loads(line[6:])["choices"]:
                    text += choice["delta"].get("content") or ""
    assert done
    return text


async def test_many_streams_at_once_do_not_mix(azure: Emulated) -> None:
    """Each of 100 streams says what its own prompt asked for, whole."""
    headers = {"api-key": KEY}
    async with httpx.AsyncClient(base_url=azure.url, headers=headers, timeout=60) as client:
        texts = await asyncio.gather(*(read_stream(client, number) for number in range(100)))

    for number, text in enumerate(texts):
        assert text == azure.say(BASE, f"topic{number}, please")
