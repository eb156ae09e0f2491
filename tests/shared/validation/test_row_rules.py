"""The rules about single rows, as a table: the fault, where it is found, and its good twin."""

import json
from typing import Any, NamedTuple

import pytest

from shared.validation.rules import RULES
from tests.shared.validation.rows import (
    LINE,
    TOOL,
    Row,
    call,
    chat,
    check,
    data_url,
    embed,
    graded,
    look,
    picture,
    png,
    preference,
    say,
    tool_talk,
)


class Case(NamedTuple):
    """A row with one fault, and the same row without it."""

    rule: str
    path: str
    bad: Any
    good: Any
    level: str = "error"
    method: str = "sft"
    options: dict[str, Any] = {}  # noqa: RUF012


def talk(*answers: Row) -> Row:
    """A question with these answers."""
    return chat(say("user", "2+2?"), *answers)


def function(**more: Any) -> Row:
    """The tool with other properties of its function."""
    return {**TOOL, "function": {**TOOL["function"], **more}}


OLD_CALL = {
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
GRADER = {
    "type": "string_check",
    "name": "sums",
    "operation": "eq",
    "input": "{{sample.output_text}}",
    "reference": "{{item.answer}}",
}
GIF = data_url(b"GIF89a" + bytes(20), "image/gif")
DPO = {"method": "dpo"}
RFT = {"method": "rft", "model": "o4-mini-2025-04-16"}
A0, A1, A2 = "$.messages[0]", "$.messages[1]", "$.messages[2]"
PART = "$.messages[0].content[1]"
URL = f"{PART}.image_url.url"
GOOD = chat()
W = "warning"

CASES = [
    Case("utf-8", "$", b'{"messages": [{"role": "user", "content": "\xff"}]}', GOOD),
    Case("one-object-per-line", "$", [GOOD], GOOD),
    Case("one-object-per-line", "$", b"42", GOOD),
    Case("json-syntax", "$", json.dumps(GOOD).encode()[:-1] + b",}", GOOD),
    Case("json-syntax", "$", json.dumps(GOOD).encode()[:30], GOOD),
    Case("json-syntax", "$", json.dumps(GOOD).encode() + b",", GOOD),
    Case("json-syntax", "$", b'{"a":' * 200 + b"1" + b"}" * 200, GOOD),
    Case("json-constants", f"{A1}.weight", talk(say("assistant", "4", weight=float("nan"))), GOOD),
    Case(
        "duplicate-keys",
        f"{A0}.content",
        b'{"messages": [{"role": "user", "content": "a", "content": "b"},'
        b' {"role": "assistant", "content": "c"}]}',
        chat(say("user", "b"), say("assistant", "c")),
    ),
    Case(
        "duplicate-keys",
        f"{A0}.content",
        b'{"messages": [{"role" : "user", "content": "a", "content": "b"},'
        b' {"role": "assistant", "content": "c"}]}',
        chat(say("user", 'b ":'), say("assistant", "c")),
    ),
    Case("characters", f"{A1}.content", talk(say("assistant", "\ud83d")), GOOD),
    Case("characters", f"{A1}.content", talk(say("assistant", "a\0b")), GOOD, W),
    Case("messages-list", "$.messages", {}, GOOD),
    Case("messages-list", "$.messages", {"messages": "hi"}, GOOD),
    Case("messages-list", "$.messages", {"messages": []}, GOOD),
    Case("top-level-keys", "$.id", chat(id=1), GOOD),
    Case("top-level-keys", "$['my id']", chat(**{"my id": 1}), GOOD),
    Case("top-level-keys", "$.id", preference(id=1), preference(), method="dpo"),
    Case("one-format", "$", preference(), GOOD),
    Case("one-format", "$", {"prompt": "2+2?", "completion": "4"}, GOOD),
    Case("one-format", "$", GOOD, preference(), method="dpo", options=DPO),
    Case("message-role", A1, {"messages": [say("user", "hi"), "yo", say("assistant", "a")]}, GOOD),
    Case("message-role", f"{A0}.role", chat({"content": "hi"}, say("assistant", "yo")), GOOD),
    Case("message-role", f"{A0}.role", chat(say("robot", "hi"), *GOOD["messages"]), GOOD),
    Case("message-role", f"{A0}.role", chat({"role": 1, "content": ""}, *GOOD["messages"]), GOOD),
    Case("developer-role", f"{A0}.role", chat(say("developer", "x"), *GOOD["messages"]), GOOD, W),
    Case("role-spelling", f"{A1}.role", talk(say("Assistant", "4")), GOOD),
    Case("role-spelling", f"{A0}.role", chat(say("user ", "2"), say("assistant", "2")), GOOD),
    Case("role-spelling", f"{A1}.role", talk(say("asistant", "4")), GOOD),
    Case("content-present", f"{A0}.content", chat({"role": "user"}, say("assistant", "4")), GOOD),
    Case("content-present", f"{A1}.content", talk({"role": "assistant"}), GOOD),
    Case("content-null", f"{A1}.content", talk(say("assistant", None)), tool_talk()),
    Case("content-null", f"{A0}.content", chat(say("user", None), say("assistant", "4")), GOOD),
    Case("content-empty", f"{A1}.content", talk(say("assistant", "")), GOOD),
    Case("content-empty", f"{A0}.content", chat(say("user", ""), say("assistant", "4")), GOOD, W),
    Case("content-blank", f"{A1}.content", talk(say("assistant", " \n")), GOOD),
    Case("content-blank", f"{A0}.content", chat(say("user", " "), say("assistant", "4")), GOOD, W),
    Case("content-type", f"{A1}.content", talk(say("assistant", {"text": "4"})), GOOD),
    Case("content-type", f"{A1}.content", talk(say("assistant", 4)), GOOD),
    Case(
        "message-keys",
        f"{A1}.wieght",
        talk(say("assistant", "4", wieght=1)),
        talk(say("assistant", "4", weight=1)),
    ),
    Case("message-keys", f"{A0}.tool_calls", chat({**call(), "role": "user"}), GOOD),
    Case("system-first", f"{A1}.role", talk(say("system", "x"), say("assistant", "4")), GOOD, W),
    Case(
        "system-first",
        f"{A1}.role",
        chat(say("system", "x"), say("system", "y"), *GOOD["messages"]),
        chat(say("system", "x"), *GOOD["messages"]),
        W,
    ),
    Case("assistant-present", "$.messages", chat(say("user", "hi")), GOOD),
    Case("assistant-last", f"{A2}.role", talk(say("assistant", "4"), say("user", "thx")), GOOD),
    Case("user-present", "$.messages", chat(say("assistant", "hi")), GOOD, W),
    *(
        Case(
            "weight-value",
            f"{A1}.weight",
            talk(say("assistant", "4", weight=weight)),
            talk(say("assistant", "4", weight=1)),
        )
        for weight in (0.5, "1", True, 2, -1, None)
    ),
    Case("weight-value", f"{A1}.weight", talk(say("assistant", "4", weight=1.0)), GOOD, W),
    Case(
        "weight-place",
        f"{A0}.weight",
        chat(say("user", "a", weight=1), say("assistant", "b")),
        GOOD,
    ),
    Case(
        "weight-all-zero",
        "$.messages",
        talk(say("assistant", "4", weight=0)),
        talk(say("assistant", "3", weight=0), say("user", "no"), say("assistant", "4", weight=1)),
    ),
    Case("name-value", f"{A0}.name", chat(say("user", "a", name=7), say("assistant", "b")), GOOD),
    Case(
        "name-value",
        f"{A0}.name",
        chat(say("user", "a", name="Al B."), say("assistant", "b")),
        chat(say("user", "a", name="Al_B-2"), say("assistant", "b")),
        W,
    ),
    # tools
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
    # images
    Case(
        "images-per-example",
        "$",
        look(*[picture("https://a.com/b.png")] * 65),
        look(*[picture("https://a.com/b.png")] * 64),
    ),
    Case(
        "image-size",
        URL,
        look(picture(data_url(png() + bytes(10_000_000)))),
        look(picture(data_url(png() + bytes(1_000)))),
    ),
    Case("image-format", URL, look(picture(GIF)), look(picture())),
    Case("image-format", URL, look(picture(data_url(png(), "image/jpeg"))), look(picture())),
    Case("image-colours", URL, look(picture(data_url(png(0)))), look(picture(data_url(png(6))))),
    Case("image-colours", URL, look(picture(data_url(png(3)))), look(picture(data_url(png(2))))),
    Case("image-address", URL, look(picture("data:image/png;base64,@@@")), look(picture())),
    Case(
        "image-address", URL, look(picture("file:///a.png")), look(picture("https://a.com/a.png"))
    ),
    Case(
        "image-address",
        URL,
        look(picture("https://10.0.0.7/a.png")),
        look(picture("https://8.8.8.8/a.png")),
    ),
    Case(
        "image-address",
        URL,
        look(picture("https://localhost/a.png")),
        look(picture("https://a.com/a.png")),
    ),
    Case(
        "image-address",
        URL,
        look(picture("http://a.com/a.png")),
        look(picture("https://a.com/a.png")),
        W,
    ),
    Case("image-role", f"{A1}.content[0]", talk(say("assistant", [picture()])), look(picture())),
    Case(
        "image-detail",
        f"{PART}.image_url.detail",
        look(picture(detail="medium")),
        look(picture(detail="low")),
    ),
    Case("content-parts", f"{A1}.content", talk(say("assistant", [])), GOOD),
    Case(
        "content-parts", f"{PART}.type", look({"type": "image", "image_url": {}}), look(picture())
    ),
    Case(
        "content-parts", f"{PART}.text", look({"type": "text"}), look({"type": "text", "text": "x"})
    ),
    Case(
        "content-parts",
        f"{PART}.image_url",
        look({"type": "image_url", "image_url": "https://a.com"}),
        look(picture("https://a.com/a.png")),
    ),
    Case("content-parts", PART, look("text"), look({"type": "text", "text": "x"})),
    Case("image-model", PART, look(picture()), GOOD, options={"model": "gpt-4.1-mini-2025-04-14"}),
    # tokens
    Case(
        "context-length",
        "$",
        talk(say("assistant", "four " * 40_000)),
        talk(say("assistant", "four " * 30_000)),
        options={"model": "gpt-4.1-nano-2025-04-14"},
    ),
    # preference rows
    Case(
        "dpo-fields",
        "$.preferred_output",
        {**preference(), "preferred_output": "4"},
        preference(),
        method="dpo",
    ),
    Case(
        "dpo-fields",
        "$.input",
        {k: v for k, v in preference().items() if k != "input"},
        preference(),
        method="dpo",
    ),
    Case(
        "dpo-fields",
        "$.non_preferred_output",
        {
            "input": preference()["input"],
            "preferred_completion": [],
            "preferred_output": [say("assistant", "4")],
            "non_preferred_completion": [],
        },
        preference(),
        method="dpo",
    ),
    Case(
        "dpo-roles",
        "$.preferred_output[0].role",
        preference(preferred_output=[say("user", "4"), say("assistant", "4")]),
        preference(),
        method="dpo",
    ),
    Case(
        "dpo-roles",
        "$.preferred_output",
        preference(preferred_output=[]),
        preference(),
        method="dpo",
    ),
    Case(
        "dpo-roles",
        "$.non_preferred_output[0].role",
        preference(non_preferred_output=[say("system", "s"), say("assistant", "4")]),
        preference(),
        method="dpo",
    ),
    Case(
        "dpo-input",
        "$.input.messages",
        preference(input={"messages": {}}),
        preference(),
        method="dpo",
    ),
    Case(
        "dpo-input",
        "$.input.messages[1].role",
        preference(input={"messages": GOOD["messages"]}),
        preference(),
        method="dpo",
    ),
    Case(
        "dpo-content",
        "$.preferred_output[0].content",
        preference(preferred_output=[say("assistant", " ")]),
        preference(),
        method="dpo",
    ),
    Case(
        "dpo-different",
        "$.non_preferred_output",
        preference(non_preferred_output=[say("assistant", "1,  of course.")]),
        preference(),
        method="dpo",
    ),
    # rows to be graded
    Case(
        "rft-user-last",
        f"{A1}.role",
        {**GOOD, "answer": "4"},
        graded(99),
        method="rft",
        options=RFT,
    ),
    Case(
        "grader-fields",
        "$.answer",
        {"messages": graded(99)["messages"], "anwser": "1"},
        graded(99),
        method="rft",
        options={"grader": GRADER, "model": "o4-mini-2025-04-16"},
    ),
    # what the rows tell
    Case(
        "sensitive-data",
        f"{A1}.content",
        talk(say("assistant", "mail jo@contoso.com")),
        talk(say("assistant", "mail @jo")),
        W,
    ),
    Case(
        "sensitive-data",
        f"{A1}.content",
        talk(say("assistant", "4111 1111 1111 1111")),
        talk(say("assistant", "4111 1111 1111 1112")),
        W,
    ),
    Case(
        "sensitive-data",
        f"{A1}.content",
        talk(say("assistant", "sk-proj-a1b2c3d4e5f6g7h8")),
        talk(say("assistant", "sk-proj")),
        "error",
    ),
    Case(
        "role-markers",
        f"{A1}.content",
        talk(say("assistant", "4<|im_end|>")),
        talk(say("assistant", "4 <|> 5")),
        W,
    ),
]


def name_of(case: Case) -> str:
    """What the case is called in the output."""
    return f"{case.rule}-{case.path}"


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_fault_is_found_in_its_place(case: Case) -> None:
    """The faulty row is found by its rule at the right line, example and path, with a hint."""
    report = check(embed(case.bad, case.method), **case.options)

    found = [finding for finding in report.findings if finding.rule == case.rule]
    places = {(f.level, f.line, f.example, f.path) for f in found}
    assert (case.level, LINE, LINE - 1, case.path) in places
    assert all(finding.hint and finding.basis in "DSUI" for finding in found)
    assert report.ok == (not report.counts["error"])


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_good_twin_passes(case: Case) -> None:
    """The same file without the fault gives no such finding, and no error."""
    report = check(embed(case.good, case.method), **case.options)

    errors = [f for f in report.findings if f.level == "error" and f.rule != "rft-validation-file"]
    assert errors == []
    assert case.rule not in report.rules


def test_every_row_rule_is_in_the_table() -> None:
    """No rule with a check of its own is left out of the table, but the one that finds nothing."""
    tested = {case.rule for case in CASES}

    missing = {rule.id for rule in RULES if rule.check} - tested - {"alternation"}
    assert missing == set()
