"""Tools, their functions, and calls of them."""

from typing import Any

from tests.shared.validation.rows import OLD, TOOL, Row, call, chat, say, tool_talk
from tests.shared.validation.rules import A1, A2, GOOD, Case, W


def function(**more: Any) -> Row:
    """The tool with other properties of its function."""
    return {**TOOL, "function": {**TOOL["function"], **more}}


CASES = [
    Case("tools-shape", "$.tools", tool_talk(tools={"a": 1}), tool_talk()),
    Case("tools-shape", "$.tools[0].type", tool_talk(tools=({**TOOL, "type": "x"},)), tool_talk()),
    Case(
        "tools-shape", "$.tools[0].function", tool_talk(tools=({"type": "function"},)), tool_talk()
    ),
    Case("tools-shape", "$.tools[1]", tool_talk(tools=(TOOL, "weather")), tool_talk()),
    Case(
        "tools-shape",
        "$.tools[1].function.name",
        tool_talk(tools=(TOOL, {"type": "function", "function": {}})),
        tool_talk(),
    ),
    Case(
        "function-name",
        "$.tools[1].function.name",
        tool_talk(tools=(TOOL, function(name="get weather"))),
        tool_talk(tools=(TOOL, function(name="get-weather_2"))),
    ),
    Case(
        "function-name",
        "$.tools[1].function.name",
        tool_talk(tools=(TOOL, function(name="a" * 65))),
        tool_talk(tools=(TOOL, function(name="a" * 64))),
    ),
    Case(
        "function-parameters",
        "$.tools[0].function.parameters.properties.city.type",
        tool_talk(tools=(function(parameters={"properties": {"city": {"type": "str"}}}),)),
        tool_talk(tools=(function(parameters={"properties": {"city": {"type": "string"}}}),)),
    ),
    Case(
        "function-parameters",
        "$.tools[0].function.parameters.required",
        tool_talk(tools=(function(parameters={"type": "object", "required": "city"}),)),
        tool_talk(tools=(function(parameters={"type": "object", "required": ["city"]}),)),
    ),
    Case(
        "function-parameters",
        "$.tools[0].function.parameters.type",
        tool_talk(tools=(function(parameters={"type": "string"}),)),
        tool_talk(tools=(function(parameters={"type": "object"}),)),
    ),
    Case(
        "tools-number",
        "$.tools",
        tool_talk(tools=(TOOL, *(function(name=f"f{n}") for n in range(128)))),
        tool_talk(tools=(TOOL, *(function(name=f"f{n}") for n in range(127)))),
    ),
    Case(
        "call-arguments",
        f"{A1}.tool_calls[0].function.arguments",
        tool_talk(called=call({"city": "Rome"})),
        tool_talk(),
    ),
    Case(
        "call-arguments",
        f"{A1}.tool_calls[0].function.arguments",
        tool_talk(called=call("{city")),
        tool_talk(),
    ),
    Case(
        "call-arguments",
        f"{A1}.tool_calls",
        chat(say("user", "a"), say("assistant", "b", tool_calls=[])),
        GOOD,
    ),
    Case(
        "call-arguments",
        f"{A1}.tool_calls",
        chat(say("user", "a"), say("assistant", "b", tool_calls={})),
        GOOD,
    ),
    Case(
        "call-arguments",
        f"{A1}.tool_calls[0]",
        chat(say("user", "a"), say("assistant", "b", tool_calls=[1])),
        GOOD,
    ),
    Case(
        "arguments-schema",
        f"{A1}.tool_calls[0].function.arguments",
        tool_talk(called=call("{}")),
        tool_talk(),
        W,
    ),
    Case(
        "arguments-schema",
        f"{A1}.tool_calls[0].function.arguments",
        tool_talk(called=call('{"city": 7}')),
        tool_talk(),
        W,
    ),
    Case(
        "call-declared",
        f"{A1}.tool_calls[0].function.name",
        tool_talk(called=call(name="wether")),
        tool_talk(),
    ),
    Case(
        "call-without-tools", f"{A1}.tool_calls[0].function", tool_talk(tools=None), tool_talk(), W
    ),
    Case("call-answers", f"{A2}.tool_call_id", tool_talk(answer="c2"), tool_talk()),
    Case("call-answers", f"{A2}.tool_call_id", tool_talk(answer=None), tool_talk()),
    Case(
        "call-answers",
        f"{A1}.tool_calls[0].id",
        chat(say("user", "a"), call(), say("assistant", "b"), tools=[TOOL]),
        chat(say("user", "a"), call(), tools=[TOOL]),
        W,
    ),
    Case("legacy-functions", "$.functions", OLD, tool_talk(), W),
    Case("legacy-functions", "$.functions", {**OLD, "tools": [TOOL]}, tool_talk()),
    Case(
        "parallel-tool-calls",
        "$.parallel_tool_calls",
        {**tool_talk(), "parallel_tool_calls": "no"},
        {**tool_talk(), "parallel_tool_calls": False},
    ),
    Case("parallel-tool-calls", "$.parallel_tool_calls", chat(parallel_tool_calls=True), GOOD, W),
]
