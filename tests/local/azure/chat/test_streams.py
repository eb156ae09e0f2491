"""Chats that are answered chunk by chunk."""

import asyncio
import json

import httpx
from openai import AzureOpenAI, OpenAI

from tests.dataset import QUESTION
from tests.local.azure.chat.conversations import BASE, TOOL, chunks, user
from tests.local.azure.emulator import KEY, EmulatorClient


def test_a_stream_begins_as_azures_does(azure: EmulatorClient) -> None:
    """The first chunk is empty but for the filter's results, the next has the role."""
    found = chunks(azure, BASE)

    assert found[0]["choices"] == []
    assert found[0]["id"] == found[0]["object"] == found[0]["model"] == ""
    assert "prompt_filter_results" in found[0]
    assert found[1]["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert found[-1]["choices"][0]["finish_reason"] == "stop"
    assert len({chunk["id"] for chunk in found[1:]}) == 1


def test_a_stream_says_what_the_answer_says(azure: EmulatorClient) -> None:
    """The pieces together are the text of the JSON answer, and usage comes when asked for."""
    found = chunks(azure, BASE, stream_options={"include_usage": True})

    whole = azure.chat(BASE, QUESTION).json()
    pieces = [one["delta"].get("content") or "" for c in found for one in c["choices"]]
    assert "".join(pieces) == whole["choices"][0]["message"]["content"]
    assert found[-1]["choices"] == []
    assert found[-1]["usage"] == whole["usage"]


def test_without_the_option_a_stream_has_no_usage(azure: EmulatorClient) -> None:
    """No chunk carries usage unless asked."""
    assert not any("usage" in chunk for chunk in chunks(azure, BASE))


def test_the_sdk_reads_the_stream(openai: OpenAI, dated_openai: AzureOpenAI) -> None:
    """Both clients put the text together."""
    for client in (openai, dated_openai):
        stream = client.chat.completions.create(model=BASE, messages=user(QUESTION), stream=True)
        text = "".join(c.choices[0].delta.content or "" for c in stream if c.choices)

        assert text.endswith("[emulated]")


def test_a_delayed_filter_sends_chunks_without_delta(azure: EmulatorClient) -> None:
    """With a filter that is named asynchronous, results come in chunks of their own."""
    azure.control("filters", name="my-async-filter")
    model = {"format": "OpenAI", "name": BASE, "version": "2025-04-14"}
    body = {
        "sku": {"name": "Standard", "capacity": 5},
        "properties": {"model": model, "raiPolicyName": "my-async-filter"},
    }
    azure.call_arm("PUT", "/deployments/late", json=body).raise_for_status()

    text = azure.chat("late", stream=True).text

    found = [json.loads(line[6:]) for line in text.split("\n\n") if line.startswith("data: {")]
    without = [one for c in found for one in c["choices"] if "delta" not in one]
    assert len(without) == 1
    assert without[0]["content_filter_offsets"]["start_offset"] == 0
    assert "content_filter_results" in without[0]


def test_a_tool_call_streams(azure: EmulatorClient) -> None:
    """The call comes in a delta and the stream ends with tool_calls."""
    text = azure.chat(BASE, "The weather?", tools=[TOOL], stream=True).text

    found = [json.loads(line[6:]) for line in text.split("\n\n") if line.startswith("data: {")]
    deltas = [one["delta"] for c in found for one in c["choices"]]
    calls = [delta["tool_calls"][0] for delta in deltas if "tool_calls" in delta]
    assert [(call["index"], call["function"]["name"]) for call in calls] == [(0, "get_weather")]
    assert found[-1]["choices"][0]["finish_reason"] == "tool_calls"


async def read_stream(client: httpx.AsyncClient, number: int) -> str:
    """The text of one stream about a topic of its own, up to [DONE]."""
    request = {"model": BASE, "messages": user(f"topic{number}, please"), "stream": True}
    text, done = "", False
    async with client.stream("POST", "/openai/v1/chat/completions", json=request) as answer:
        async for line in answer.aiter_lines():
            done = done or line == "data: [DONE]"
            if line.startswith("data: {"):
                for choice in json.loads(line[6:])["choices"]:
                    text += choice["delta"].get("content") or ""
    assert done
    return text


async def test_many_streams_at_once_do_not_mix(azure: EmulatorClient) -> None:
    """Each of 100 streams says what its own prompt asked for, whole."""
    headers = {"api-key": KEY}
    async with httpx.AsyncClient(base_url=azure.url, headers=headers, timeout=60) as client:
        texts = await asyncio.gather(*(read_stream(client, number) for number in range(100)))

    for number, text in enumerate(texts):
        assert text == azure.say(BASE, f"topic{number}, please")
