"""Converts the deprecated `functions` to `tools`, where nothing has to be guessed."""

import copy
from typing import Any

from shared.validation.turn import Json

Row = dict[str, Any]


def convert_to_tools(row: Row) -> Row | None:
    """The row with tools in place of functions; None if it has none or cannot be converted.

    Every call gets an id of its own, and the function message right after it becomes the answer
    to that id. A row that also has tools, or an answer without a call before it, is not converted.
    """
    if not _has_functions(row) or "tools" in row:
        return None
    new = copy.deepcopy({key: value for key, value in row.items() if key != "functions"})
    if "functions" in row:
        if not isinstance(row["functions"], list):
            return None
        new["tools"] = [{"type": "function", "function": each} for each in row["functions"]]
    messages = _convert_messages(new["messages"])
    return None if messages is None else {**new, "messages": messages}


def _has_functions(row: Row) -> bool:
    messages = row.get("messages")
    # A forced choice of function has no counterpart in training rows.
    if not isinstance(messages, list) or "function_call" in row:
        return False
    old = any(_call_of(message) or _is_answer(message) for message in messages)
    return old or "functions" in row


def _convert_messages(messages: list[Json]) -> list[Json] | None:
    converted: list[Json] = []
    open_id: str | None = None
    for message in messages:
        if not isinstance(message, dict) or "tool_calls" in message:
            return None
        if _is_answer(message):
            if open_id is None:
                return None
            rest = {key: value for key, value in message.items() if key not in ("role", "name")}
            converted.append({"role": "tool", "tool_call_id": open_id, **rest})
            open_id = None
            continue
        call = _call_of(message)
        open_id = f"call_{len(converted) + 1}" if call else None
        converted.append(_with_call(message, open_id, call) if call and open_id else message)
    return converted


def _with_call(message: Row, name: str, call: Row) -> Row:
    rest = {key: value for key, value in message.items() if key != "function_call"}
    return {**rest, "tool_calls": [{"id": name, "type": "function", "function": call}]}


def _call_of(message: Json) -> Row | None:
    call = message.get("function_call") if isinstance(message, dict) else None
    return call if isinstance(call, dict) else None


def _is_answer(message: Json) -> bool:
    return isinstance(message, dict) and message.get("role") == "function"
