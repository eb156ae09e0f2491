"""Rules about tool calls and their answers."""

import json
from collections.abc import Iterator
from typing import NamedTuple

from shared.validation.example import Example
from shared.validation.json_values import kind
from shared.validation.rules import sources
from shared.validation.rules.json_schema import tool_schema
from shared.validation.rules.rule import Basis, Fault, Group, Level
from shared.validation.rules.tools import declared_functions
from shared.validation.turn import Json, Turn

GROUP = Group("Tools", lambda example: example.uses_tools)


class Call(NamedTuple):
    """The function object of one call, whatever the form of the call."""

    path: str
    function: dict[str, Json]


@GROUP.check(
    40,
    "call-arguments",
    "a call must name a function and have `arguments`, a string with JSON",
    Level.ERROR,
    Basis.SPECIFIED,
    sources.TOOLS,
    "Convert the arguments to a string with json.dumps.",
)
def call_arguments(example: Example) -> Iterator[Fault]:
    """An object in place of the string is the most common fault of files with tools."""
    for turn in example.turns:
        yield from _list_faults(turn)
    for path, function in calls(example):
        if not isinstance(function.get("name"), str):
            found = "the call has no function name"
            yield call_arguments.fault(f"{path}.name", function.get("name"), found)
        where, value = f"{path}.arguments", function.get("arguments")
        if not isinstance(value, str):
            found = "missing" if value is None else kind(value)
            yield call_arguments.fault(where, value, f"arguments is {found}; it must be a string")
        elif _parse_arguments(value) is None:
            yield call_arguments.fault(where, value, "arguments is not valid JSON")


@GROUP.check(
    41,
    "arguments-schema",
    "the arguments of a call must match the function's `parameters`",
    Level.WARNING,
    Basis.INFERRED,
    sources.TOOLS,
    "Fix the arguments or the schema: the model learns to write such calls.",
)
def arguments_schema(example: Example) -> Iterator[Fault]:
    """Only against schemas that are valid themselves."""
    schemas = {
        function.get("name"): function.get("parameters")
        for _, function in _named_functions(example)
    }
    for path, function in calls(example):
        name, text = function.get("name"), function.get("arguments")
        parsed = _parse_arguments(text) if isinstance(text, str) else None
        schema = schemas.get(name) if isinstance(name, str) else None
        if parsed is None or schema is None:
            continue
        for fault in tool_schema(schema).argument_faults(parsed[0]):
            found = f"arguments{fault.path}: {fault.message}"
            yield arguments_schema.fault(f"{path}.arguments", fault.value, found)


@GROUP.check(
    42,
    "call-declared",
    "a called function must be declared",
    Level.ERROR,
    Basis.INFERRED,
    sources.TOOLS,
    "Declare the function or fix its name in the call.",
)
def call_declared(example: Example) -> Iterator[Fault]:
    """A row without any declaration is a finding of call-without-tools only."""
    names = {function["name"] for _, function in _named_functions(example)}
    if not names:
        return
    for path, function in calls(example):
        name = function.get("name")
        if isinstance(name, str) and name not in names:
            known = ", ".join(sorted(names)[:8])
            found = f"function {name!r} is not declared; the row declares {known}"
            yield call_declared.fault(f"{path}.name", name, found)


@GROUP.check(
    43,
    "call-without-tools",
    "rows with calls should declare their tools",
    Level.WARNING,
    Basis.INFERRED,
    sources.TOOLS,
    "Add tools, unless they are left out on purpose to save tokens.",
)
def call_without_tools(example: Example) -> Iterator[Fault]:
    """One finding per row."""
    first = next(calls(example), None)
    if first and not any(declared_functions(example)):
        found = "the row calls a function but declares none"
        yield call_without_tools.fault(first.path, first.function.get("name"), found)


@GROUP.check(
    44,
    "call-answers",
    "an answer must belong to a call; every call except the last needs an answer (else a warning)",
    Level.ERROR,
    Basis.INFERRED,
    sources.CHAT,
    "Use the same id in the call and in its answer, and put the answer after the call.",
)
def call_answers(example: Example) -> Iterator[Fault]:
    """Per list of messages, since ids are unique within one conversation only."""
    for _, part, _ in example.lists:
        turns = example.part(part)
        asked: dict[str, str] = {}
        answered: set[str] = set()
        for turn in turns:
            yield from _new_ids(turn, asked)
            if turn.role == "tool":
                yield from _answer_faults(turn, asked, answered)
        last = [value for _, value in _ids(turns[-1])] if turns else []
        for name, path in asked.items():
            if name not in answered and name not in last:
                found = f"call {name!r} has no answer"
                yield call_answers.fault(path, name, found, level=Level.WARNING)


def calls(example: Example) -> Iterator[Call]:
    """Every call that is an object, of `tool_calls` and of the deprecated `function_call`."""
    for turn in example.turns:
        for index, call in enumerate(_call_list(turn)):
            if isinstance(call, dict) and isinstance(call.get("function"), dict):
                yield Call(f"{turn.path}.tool_calls[{index}].function", call["function"])
        if isinstance(turn.message.get("function_call"), dict):
            yield Call(f"{turn.path}.function_call", turn.message["function_call"])


def _call_list(turn: Turn) -> list[Json]:
    value = turn.message.get("tool_calls")
    return value if isinstance(value, list) else []


def _list_faults(turn: Turn) -> Iterator[Fault]:
    value, path = turn.message.get("tool_calls"), f"{turn.path}.tool_calls"
    if value is not None and not isinstance(value, list):
        yield call_arguments.fault(path, value, f"tool_calls is {kind(value)}; it must be a list")
    elif value == []:
        yield call_arguments.fault(path, value, "tool_calls is empty")
    for index, call in enumerate(_call_list(turn)):
        if not isinstance(call, dict) or not isinstance(call.get("function"), dict):
            found = "the call must be an object with a function"
            yield call_arguments.fault(f"{path}[{index}]", call, found)
        elif call.get("type", "function") != "function":
            found = f"the call's type is {call['type']!r}; it must be 'function'"
            yield call_arguments.fault(f"{path}[{index}].type", call["type"], found)


def _new_ids(turn: Turn, asked: dict[str, str]) -> Iterator[Fault]:
    for path, name in _ids(turn):
        if not isinstance(name, str) or not name:
            yield call_answers.fault(path, name, "the call has no id")
        elif name in asked:
            yield call_answers.fault(path, name, f"id {name!r} is used twice", level=Level.WARNING)
        else:
            asked[name] = path


def _ids(turn: Turn) -> list[tuple[str, Json]]:
    return [
        (f"{turn.path}.tool_calls[{index}].id", call.get("id"))
        for index, call in enumerate(_call_list(turn))
        if isinstance(call, dict)
    ]


def _answer_faults(turn: Turn, asked: dict[str, str], answered: set[str]) -> Iterator[Fault]:
    name, path = turn.message.get("tool_call_id"), f"{turn.path}.tool_call_id"
    if not isinstance(name, str) or name not in asked:
        found = (
            "tool_call_id is missing" if name is None else f"no earlier call has the id {name!r}"
        )
        yield call_answers.fault(path, name, found)
    else:
        answered.add(name)


def _named_functions(example: Example) -> list[tuple[str, dict[str, Json]]]:
    return [
        (path, one) for path, one in declared_functions(example) if isinstance(one.get("name"), str)
    ]


def _parse_arguments(text: str) -> tuple[Json] | None:
    try:
        return (json.loads(text),)
    except (ValueError, RecursionError):
        return None
