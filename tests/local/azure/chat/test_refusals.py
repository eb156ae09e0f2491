"""Chats that are refused: filtered, unknown, wrong, too many."""

from typing import Any

import pytest
from openai import AzureOpenAI, BadRequestError, NotFoundError, OpenAI

from local.azure.chat.request import PARAMETERS
from tests.local.azure.chat.conversations import BASE, user
from tests.local.azure.emulator import EmulatorClient
from tests.local.azure.specs import ABSENT, SPECS, described_parameters


def test_a_filtered_prompt_is_refused(openai: OpenAI) -> None:
    """The error has the service's code, parameter and inner error."""
    with pytest.raises(BadRequestError) as refused:
        openai.chat.completions.create(model=BASE, messages=user("x emulator:filter-prompt"))

    body: Any = refused.value.body
    assert (refused.value.code, refused.value.param) == ("content_filter", "prompt")
    assert body["innererror"]["code"] == "ResponsibleAIPolicyViolation"
    assert body["innererror"]["content_filter_result"]["violence"]["filtered"] is True


def test_an_unknown_deployment_is_not_found(openai: OpenAI, dated_openai: AzureOpenAI) -> None:
    """Both APIs give the service's code and text."""
    for client in (openai, dated_openai):
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
        ({"tools": {}}, "tools"),
        ({"stream": "yes"}, "stream"),
        ({"logprobs": 1}, "logprobs"),
    ],
)
def test_a_wrong_field_is_named(azure: EmulatorClient, body: dict[str, Any], param: str) -> None:
    """400 with the parameter."""
    answer = azure.call_v1(
        "POST", "/chat/completions", json={"model": BASE, "messages": user("Hi"), **body}
    )

    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == param
    assert answer.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (("frobnicate",), "Unrecognized request argument supplied: frobnicate"),
        (("b", "a"), "Unrecognized request arguments supplied: a, b"),
    ],
)
def test_unknown_parameters_are_refused(
    azure: EmulatorClient, names: tuple[str, ...], text: str
) -> None:
    """400 in the service's words, also for a stream, with each name."""
    for stream in (False, True):
        body = {"model": BASE, "messages": user("Hi"), "stream": stream, **dict.fromkeys(names, 1)}
        answer = azure.call_v1("POST", "/chat/completions", json=body)

        assert (answer.status_code, answer.json()["error"]["message"]) == (400, text)


@pytest.mark.skipif(not SPECS.exists(), reason=ABSENT)
def test_every_described_parameter_is_known() -> None:
    """What the description of chat names is not refused as unknown."""
    names = described_parameters("AzureCreateChatCompletionRequest")

    assert len(names) > 25
    assert names <= PARAMETERS


@pytest.mark.parametrize("content", ["{broken", '["a list"]', ""])
def test_a_body_that_is_no_object_is_refused(azure: EmulatorClient, content: str) -> None:
    """400, whatever was sent."""
    assert azure.call_v1("POST", "/chat/completions", content=content).status_code == 400


def test_reasoning_models_want_the_other_limit(azure: EmulatorClient) -> None:
    """`max_tokens` is refused with the service's text."""
    azure.deploy("thinker", "gpt-5").raise_for_status()

    answers = [
        azure.chat("thinker", "Hi", **{name: 9}) for name in ("max_tokens", "max_completion_tokens")
    ]

    assert [answer.status_code for answer in answers] == [400, 200]
    assert answers[0].json()["error"]["code"] == "unsupported_parameter"


def test_too_many_custom_headers_are_refused(azure: EmulatorClient) -> None:
    """More than ten are 431; those of the SDK do not count."""
    headers = [{f"x-mine-{number}": "1" for number in range(count)} for count in (10, 11)]

    answers = [
        azure.call_v1(
            "POST",
            "/chat/completions",
            json={"model": BASE, "messages": user("Hi")},
            headers=extra | {"x-stainless-lang": "python"},
        )
        for extra in headers
    ]

    assert [answer.status_code for answer in answers] == [200, 431]
