"""Rules about the tools that a row declares."""

from collections.abc import Iterator
from typing import NamedTuple

from shared.validation.example import Example
from shared.validation.json_values import kind
from shared.validation.rules import sources
from shared.validation.rules.content import is_name
from shared.validation.rules.json_schema import tool_schema
from shared.validation.rules.rule import Basis, Fault, Group, Level
from shared.validation.turn import Json

GROUP = Group("Tools", lambda example: example.uses_tools)

_MOST = 128


class DeclaredFunction(NamedTuple):
    """A function that a row declares, in tools or in the deprecated functions."""

    path: str
    function: Json


@GROUP.check(
    36,
    "tools-shape",
    "`tools` must be a list of {type: function, function: {name, ...}}",
    Level.ERROR,
    Basis.SPECIFIED,
    sources.TOOLS,
    'Write {"type": "function", "function": {"name": ..., "parameters": {...}}}.',
)
def tools_shape(example: Example) -> Iterator[Fault]:
    """The deprecated `functions` have the inner objects without the outer one."""
    path, top = example.top
    for key in ("tools", "functions"):
        if key in top and not isinstance(top[key], list):
            found = f"{key} is {kind(top[key])}; it must be a list"
            yield tools_shape.fault(f"{path}.{key}", top[key], found)
    for index, tool in enumerate(_list_at(top, "tools")):
        yield from _tool_faults(f"{path}.tools[{index}]", tool)
    for index, function in enumerate(_list_at(top, "functions")):
        yield from _function_faults(f"{path}.functions[{index}]", function)


@GROUP.check(
    37,
    "function-name",
    "a function's name must have 1 to 64 of A-Z, a-z, 0-9, _ and -",
    Level.ERROR,
    Basis.SPECIFIED,
    sources.SPEC,
    "Rename the function, also in its calls.",
)
def function_name(example: Example) -> Iterator[Fault]:
    """Names of declared functions; those of calls have to be declared anyway."""
    for path, function in declared_functions(example):
        name = function.get("name", "x")
        if isinstance(name, str) and not is_name(name):
            found = f"function name {name[:80]!r} has other characters or a wrong length"
            yield function_name.fault(f"{path}.name", name, found)


@GROUP.check(
    38,
    "function-parameters",
    "a function's `parameters` must be a JSON Schema",
    Level.ERROR,
    Basis.SPECIFIED,
    sources.JSON_SCHEMA,
    'Write {"type": "object", "properties": {...}, "required": [...]}.',
)
def function_parameters(example: Example) -> Iterator[Fault]:
    """Chat completions refuse parameters whose type is not object."""
    for path, function in declared_functions(example):
        if function.get("parameters") is None:
            continue
        schema, where = function["parameters"], f"{path}.parameters"
        for fault in tool_schema(schema).faults:
            yield function_parameters.fault(where + fault.path, fault.value, fault.message)
        type_ = schema.get("type", "object") if isinstance(schema, dict) else "object"
        if isinstance(type_, str) and type_ != "object":
            found = f"the type of parameters is {type_!r}; it must be 'object'"
            yield function_parameters.fault(f"{where}.type", type_, found)


@GROUP.check(
    39,
    "tools-number",
    "at most 128 tools are allowed",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.TOOLS,
    "Declare only the tools that the example may use.",
)
def tools_number(example: Example) -> Iterator[Fault]:
    """An empty list of functions is refused as well; an empty list of tools may be accepted."""
    path, top = example.top
    for key in ("tools", "functions"):
        number = len(_list_at(top, key))
        if number > _MOST:
            found = f"{number} {key}; {_MOST} are allowed"
            yield tools_number.fault(f"{path}.{key}", number, found)
    if top.get("functions") == []:
        yield tools_number.fault(f"{path}.functions", [], "functions is empty")


@GROUP.check(
    45,
    "legacy-functions",
    "`tools` replaces the deprecated `functions` (an error if a row has both)",
    Level.WARNING,
    Basis.DOCUMENTED,
    sources.TOOLS,
    "Convert functions to tools, or use --fix.",
)
def legacy_functions(example: Example) -> Iterator[Fault]:
    """One finding per row, at the first place with the deprecated form."""
    path, top = example.top
    old = [f"{path}.{key}" for key in ("functions", "function_call") if key in top]
    old += [f"{turn.path}.function_call" for turn in example.turns if _has_call(turn.message)]
    old += [f"{turn.path}.role" for turn in example.turns if turn.role == "function"]
    new = "tools" in top or any("tool_calls" in turn.message for turn in example.turns)
    if old and new:
        found = "the row has both functions and tools"
        yield legacy_functions.fault(old[0], None, found, level=Level.ERROR)
    elif old:
        yield legacy_functions.fault(old[0], None, "the row uses functions, which are deprecated")


@GROUP.check(
    46,
    "parallel-tool-calls",
    "`parallel_tool_calls` must be true or false, and needs tools (else a warning)",
    Level.ERROR,
    Basis.SPECIFIED,
    sources.SPEC,
    "Set it to true or false, or remove it.",
)
def parallel_tool_calls(example: Example) -> Iterator[Fault]:
    """Without tools it has no effect."""
    path, top = example.top
    if "parallel_tool_calls" not in top:
        return
    value, where = top["parallel_tool_calls"], f"{path}.parallel_tool_calls"
    if not isinstance(value, bool):
        yield parallel_tool_calls.fault(
            where, value, f"parallel_tool_calls is {kind(value)}; it must be true or false"
        )
    elif not top.get("tools"):
        found = "parallel_tool_calls without tools"
        yield parallel_tool_calls.fault(where, value, found, level=Level.WARNING)


def declared_functions(example: Example) -> Iterator[DeclaredFunction]:
    """The declared functions that are objects, of tools and of functions."""
    path, top = example.top
    for index, tool in enumerate(_list_at(top, "tools")):
        if isinstance(tool, dict) and isinstance(tool.get("function"), dict):
            yield DeclaredFunction(f"{path}.tools[{index}].function", tool["function"])
    for index, function in enumerate(_list_at(top, "functions")):
        if isinstance(function, dict):
            yield DeclaredFunction(f"{path}.functions[{index}]", function)


def _list_at(top: dict[str, Json], key: str) -> list[Json]:
    value = top.get(key)
    return value if isinstance(value, list) else []


def _has_call(message: dict[str, Json]) -> bool:
    return message.get("function_call") is not None


def _tool_faults(path: str, tool: Json) -> Iterator[Fault]:
    if not isinstance(tool, dict):
        yield tools_shape.fault(path, tool, f"the tool is {kind(tool)}; it must be an object")
        return
    if tool.get("type") != "function":
        found = f"the tool's type is {tool.get('type')!r}; it must be 'function'"
        yield tools_shape.fault(f"{path}.type", tool.get("type"), found)
    if "function" in tool:
        yield from _function_faults(f"{path}.function", tool["function"])
    elif tool.get("type") == "function":
        yield tools_shape.fault(f"{path}.function", None, "the tool has no function")


def _function_faults(path: str, function: Json) -> Iterator[Fault]:
    if not isinstance(function, dict):
        yield tools_shape.fault(
            path, function, f"function is {kind(function)}; it must be an object"
        )
    elif "name" not in function:
        yield tools_shape.fault(f"{path}.name", None, "the function's name is missing")
    elif not isinstance(function["name"], str):
        name = function["name"]
        yield tools_shape.fault(
            f"{path}.name", name, f"the function's name is {kind(name)}; it must be a string"
        )
