"""Tool calls and structured answers, filled in from their schemas."""

import json
import secrets
from typing import Any

from local.azure.files.examples import text_of

from .errors import bad_request
from .generation import MARK
from .nearest import words
from .request import ChatRequest

MOST_ITEMS = 100  # of a list that is made up, whatever its schema asks for
# In one of these ways a schema shows that it cannot be read.
_UNREADABLE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


def tool_call(request: ChatRequest) -> dict[str, Any] | None:
    """The call that the model makes; None where it answers in words.

    A tool that is demanded is called; otherwise one whose name or description shares a word with
    the prompt, and only right after a user turn.
    """
    if not may_call(request):
        return None
    functions = [tool["function"] for tool in request.tools]
    chosen = _required_tool(request, functions) or _matching_tool(request, functions)
    if chosen is None:
        return None
    arguments = _fill(chosen.get("parameters") or {}, request.prompt, "tools")
    return _call(chosen["name"], json.dumps(arguments))


def may_call(request: ChatRequest) -> bool:
    """Whether the model may call a tool: there are some, and a user turn came last."""
    from_user = request.messages[-1]["role"] == "user"
    return bool(request.tools) and request.tool_choice != "none" and from_user


def learned_call(request: ChatRequest, example: str) -> dict[str, Any] | None:
    """The call of a training example, if the request has that tool and leaves the choice.

    Args:
        request: The chat.
        example: The call as JSON with `name` and `arguments`; may be empty.
    """
    if not example or isinstance(request.tool_choice, dict):
        return None
    call = json.loads(example)
    names = {tool["function"]["name"] for tool in request.tools}
    return _call(call["name"], call["arguments"]) if call["name"] in names else None


def _call(name: str, arguments: str) -> dict[str, Any]:
    function = {"name": name, "arguments": arguments}
    return {"id": f"call_{secrets.token_hex(12)}", "type": "function", "function": function}


def tool_answer(request: ChatRequest) -> str | None:
    """What the model says to a tool's result, if that is what came last."""
    last = request.messages[-1]
    if last["role"] not in {"tool", "function"}:
        return None
    return f"Here is what I found: {text_of(last.get('content'))} {MARK}"


def structured_output(request: ChatRequest, text: str) -> str | None:
    """The answer as JSON, where the caller asked for that."""
    kind = request.response_format.get("type")
    if kind == "json_object":
        return json.dumps({"answer": text.removesuffix(MARK).strip(), "emulated": True})
    if kind == "json_schema":
        schema = request.response_format.get("json_schema", {}).get("schema", {})
        return json.dumps(_fill(schema, text, "response_format"))
    return None


def sample(schema: Any, text: str) -> Any:
    """A value that fits a JSON Schema of the kind that models take; strings become `text`."""
    if not isinstance(schema, dict):
        return text
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return _choose(schema["enum"], text)
    for union in ("anyOf", "oneOf"):
        if schema.get(union):
            return sample(schema[union][0], text)
    kind = schema.get("type", "object" if "properties" in schema else "string")
    return _by_type(kind[0] if isinstance(kind, list) else kind, schema, text)


def _fill(schema: Any, text: str, param: str) -> Any:
    try:
        return sample(schema, text)
    except _UNREADABLE as error:
        message = f"Invalid schema for {param}: {error}"
        raise bad_request(message, param, "invalid_schema") from None


def _by_type(kind: str, schema: dict[str, Any], text: str) -> Any:
    if kind == "object":
        properties = schema.get("properties") or {}
        wanted = schema.get("required", list(properties))
        return {name: sample(properties.get(name), text) for name in wanted}
    if kind == "array":
        count = min(max(1, int(schema.get("minItems", 1))), MOST_ITEMS)
        return [sample(schema.get("items") or {}, text)] * count
    simple = {"integer": int(schema.get("minimum", 1)), "number": schema.get("minimum", 1.0)}
    return (simple | {"boolean": True, "null": None}).get(kind, text)


def _choose(choices: list[Any], text: str) -> Any:
    return next((one for one in choices if str(one).lower() in text.lower()), choices[0])


def _required_tool(request: ChatRequest, functions: list[dict[str, Any]]) -> dict[str, Any] | None:
    if request.tool_choice == "required":
        return _matching_tool(request, functions) or functions[0]
    if isinstance(request.tool_choice, dict):
        wanted = request.tool_choice.get("function")
        name = wanted.get("name") if isinstance(wanted, dict) else None
        return next((function for function in functions if function["name"] == name), None)
    return None


def _matching_tool(request: ChatRequest, functions: list[dict[str, Any]]) -> dict[str, Any] | None:
    asked = set(words(request.prompt))
    for function in functions:
        about = f"{function['name'].replace('_', ' ')} {function.get('description', '')}"
        if asked & set(words(about)):
            return function
    return None
