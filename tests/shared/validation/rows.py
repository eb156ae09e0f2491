"""Rows to build datasets from."""

import base64
import json
import struct
import zlib
from collections.abc import Iterable
from typing import Any

from shared.validation import Report, validate

MODEL = "gpt-4.1-2025-04-14"
LINE = 8
"""The line that a row under test stands in, after six other rows and a blank line."""

Row = dict[str, Any]


def say(role: str, content: Any, **more: Any) -> Row:
    """One message."""
    return {"role": role, "content": content, **more}


def chat(*messages: Any, **more: Any) -> Row:
    """A chat row; without messages a plain question and answer."""
    return {"messages": list(messages or (say("user", "2+2?"), say("assistant", "4"))), **more}


def numbered_rows(number: int) -> Row:
    """A plain row like no other."""
    return chat(say("user", f"How much is {number} and one?"), say("assistant", f"{number + 1}."))


def preference(number: int = 0, **more: Any) -> Row:
    """A row for DPO."""
    row = {
        "input": {"messages": [say("user", f"How much is {number} and one?")]},
        "preferred_output": [say("assistant", f"{number + 1}, of course.")],
        "non_preferred_output": [say("assistant", "No idea.")],
    }
    return {**row, **more}


def graded_row(number: int = 0, **more: Any) -> Row:
    """A row for RFT."""
    row = {"messages": [say("user", f"How much is {number} and one?")], "answer": str(number + 1)}
    return {**row, **more}


TOOL: Row = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
    },
}


def call(arguments: Any = '{"city": "Rome"}', name: str = "weather", id_: Any = "c1") -> Row:
    """An assistant message that calls a tool."""
    function = {"name": name, "arguments": arguments}
    calls = [{"id": id_, "type": "function", "function": function}]
    return {"role": "assistant", "content": None, "tool_calls": calls}


def tool_talk(*, called: Row | None = None, tools: Any = (TOOL,), answer: Any = "c1") -> Row:
    """A row in which a tool is called and answers."""
    messages = (
        say("user", "Weather in Rome?"),
        called or call(),
        say("tool", "sunny", tool_call_id=answer),
        say("assistant", "Sunny."),
    )
    more = {} if tools is None else {"tools": list(tools) if isinstance(tools, tuple) else tools}
    return chat(*messages, **more)


OLD_CALL: Row = {
    "role": "assistant",
    "content": None,
    "function_call": {"name": "weather", "arguments": '{"city": "Rome"}'},
}
OLD = chat(
    say("user", "Weather?"),
    OLD_CALL,
    say("function", "sunny", name="weather"),
    say("assistant", "Sunny."),
    functions=[TOOL["function"]],
)


def png(colour: int = 2, size: tuple[int, int] = (1, 1)) -> bytes:
    """A PNG of one colour type; 2 is RGB, 0 greyscale, 3 palette, 6 RGBA."""

    def chunk(name: bytes, data: bytes) -> bytes:
        checksum = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", checksum)

    head = struct.pack(">IIBBBBB", *size, 8, colour, 0, 0, 0)
    body = zlib.compress(b"\0\0\0\0\0")
    chunks = chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def data_url(data: bytes, mime: str = "image/png") -> str:
    """Bytes as a data URL."""
    return f"data:{mime};base64,{base64.b64encode(data).decode()}"


def picture(url: str | None = None, **more: Any) -> Row:
    """An image part."""
    return {"type": "image_url", "image_url": {"url": url or data_url(png()), **more}}


def look(*parts: Any) -> Row:
    """A row whose question holds parts."""
    text = {"type": "text", "text": "What is this?"}
    return chat(say("user", [text, *parts]), say("assistant", "A square."))


def lines(*rows: Any) -> bytes:
    """Rows as JSON lines; bytes are taken as they are."""
    made = (row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows)
    return b"".join(line + b"\n" for line in made)


def check(data: bytes | Iterable[bytes], **options: Any) -> Report:
    """Validate bytes for a model that takes images and DPO."""
    chunks = [data] if isinstance(data, bytes) else data
    return validate(chunks, **{"model": MODEL, **options})


def embed(row: Any, method: str) -> bytes:
    """A file of one method in which the row stands at LINE."""
    make = {"sft": numbered_rows, "dpo": preference, "rft": graded_row}[method]
    rows = [make(number) for number in range(60)]
    return lines(*rows[:6], b"", row, *rows[6:])


GRADER = {
    "type": "string_check",
    "name": "sums",
    "operation": "eq",
    "input": "{{sample.output_text}}",
    "reference": "{{item.answer}}",
}
PLAIN = lines(*map(numbered_rows, range(60)))
MORE_PLAIN = lines(*map(numbered_rows, range(100, 160)))
GRADED = lines(*map(graded_row, range(60)))
MORE_GRADED = lines(*map(graded_row, range(100, 160)))
