"""What the tests of chat ask, and how."""

import json
from typing import Any

from tests.dataset import QUESTION
from tests.local.azure.emulator import EmulatorClient
from tests.local.azure.specs import check_stream

BASE = "gpt-4.1-mini"
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


def chunks(azure: EmulatorClient, deployment: str, **body: Any) -> list[dict[str, Any]]:
    """The chunks of a stream; each fits its description, and the last line is [DONE]."""
    text = azure.chat(deployment, QUESTION, stream=True, **body).text
    lines = [line.removeprefix("data: ") for line in text.split("\n\n") if line]
    assert lines[-1] == "[DONE]"
    found = [json.loads(line) for line in lines[:-1]]
    for chunk in found:
        assert check_stream(chunk) == []
    return found
