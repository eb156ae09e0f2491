"""Chats in which the model calls tools."""

import json
from typing import Any

from openai import OpenAI

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
