"""Chats in which the model calls tools."""

import json
from typing import Any

from openai import OpenAI

from tests.dataset import to_jsonl
from tests.local.azure.chat.conversations import BASE, TOOL, user
from tests.local.azure.emulator import EmulatorClient


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


def test_other_prompts_call_no_tool_unless_it_is_demanded(azure: EmulatorClient) -> None:
    """`auto` answers in words, `required` and a named tool call, `none` never does."""
    by_name = {"type": "function", "function": {"name": "get_weather"}}
    choices = ["auto", "none", "required", by_name]

    reasons = [
        azure.chat(BASE, "Say a joke", tools=[TOOL], tool_choice=choice).json()["choices"][0][
            "finish_reason"
        ]
        for choice in choices
    ]

    assert reasons == ["stop", "stop", "tool_calls", "tool_calls"]


def test_a_tools_result_is_used(azure: EmulatorClient) -> None:
    """After the tool has answered, the model answers with that."""
    call = {"id": "c", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
    turns = [
        {"role": "user", "content": "The weather?"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c", "content": "21 degrees"},
    ]

    answer = azure.call_v1(
        "POST", "/chat/completions", json={"model": BASE, "messages": turns, "tools": [TOOL]}
    )

    assert "21 degrees" in answer.json()["choices"][0]["message"]["content"]


def test_a_tuned_model_makes_the_calls_of_its_examples(azure: EmulatorClient) -> None:
    """Near an example that calls a tool it makes that call; the base, and without the tool, not."""
    learned = {"name": "get_weather", "arguments": '{"city": "Rome"}'}
    call = {"id": "c", "type": "function", "function": learned}
    rows = [
        {
            "messages": [
                {"role": "user", "content": f"Do I need my umbrella number {number}?"},
                {"role": "assistant", "content": None, "tool_calls": [call]},
            ],
            "tools": [TOOL],
        }
        for number in range(10)
    ]
    azure.deploy_tuned_model(file=azure.upload(to_jsonl(rows)))
    asked = "Do I need my umbrella number 3?"

    messages = [
        azure.chat(name, asked, **tools).json()["choices"][0]["message"]
        for name, tools in (("tuned", {"tools": [TOOL]}), (BASE, {"tools": [TOOL]}), ("tuned", {}))
    ]

    assert [one.get("tool_calls", [{}])[0].get("function") for one in messages] == [
        learned,
        None,
        None,
    ]
