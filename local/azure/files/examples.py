"""What a single training example has to look like for each method.

Only what the service itself is known to refuse, in the style of its messages ("Example 536 …").
The exact live texts are not documented.
"""

from collections.abc import Callable
from typing import Any

# Tuples, because what is compared with them comes from outside and may not be hashable.
ROLES = ("system", "developer", "user", "assistant", "tool", "function")
SUPERVISED_KEYS = {"messages", "tools", "parallel_tool_calls", "functions"}
FaultFinder = Callable[[dict[str, Any]], str]


def supervised_fault(example: dict[str, Any]) -> str:
    """What is wrong with an example for supervised training; empty if nothing is."""
    for extra in example.keys() - SUPERVISED_KEYS:
        return f"contains an extra key '{extra}'."
    fault = _messages_fault(example.get("messages"))
    if fault:
        return fault
    last = example["messages"][-1]
    return (
        "" if last["role"] == "assistant" else "has a last message that is not from the assistant."
    )


def preference_fault(example: dict[str, Any]) -> str:
    """What is wrong with an example for direct preference optimisation."""
    given = example.get("input")
    if not isinstance(given, dict):
        return "is missing the key 'input'."
    fault = _messages_fault(given.get("messages"))
    if fault:
        return fault
    for key in ("preferred_output", "non_preferred_output"):
        output = example.get(key)
        fault = (
            _messages_fault(output) if isinstance(output, list) else f"is missing the key '{key}'."
        )
        if fault:
            return fault
    return ""


def reinforcement_fault(example: dict[str, Any]) -> str:
    """What is wrong with an example for reinforcement training."""
    fault = _messages_fault(example.get("messages"))
    if fault:
        return fault
    last = example["messages"][-1]
    return "" if last["role"] == "user" else "has a last message that is not from the user."


FAULT_FINDERS: dict[str, FaultFinder] = {
    "supervised": supervised_fault,
    "dpo": preference_fault,
    "reinforcement": reinforcement_fault,
}


def every_message(example: dict[str, Any]) -> list[dict[str, Any]]:
    """The messages of an example in all of its parts, the answer that is not preferred too."""
    other = example.get("non_preferred_output")
    rejected = other if isinstance(other, list) else []
    return conversation(example) + [one for one in rejected if isinstance(one, dict)]


def conversation(example: dict[str, Any]) -> list[dict[str, Any]]:
    """The messages that an example teaches, whatever its method; what is no message is left out."""
    parts = [example.get("messages"), example.get("preferred_output")]
    given = example.get("input")
    if isinstance(given, dict):
        parts.insert(0, given.get("messages"))
    lists = [part for part in parts if isinstance(part, list)]
    return [message for part in lists for message in part if isinstance(message, dict)]


def text_of(content: Any) -> str:
    """The text of a message's content, which is a string or a list of parts."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return " ".join(part["text"] for part in parts if isinstance(part, dict) and _has_text(part))


def _has_text(part: dict[str, Any]) -> bool:
    return isinstance(part.get("text"), str)


def _messages_fault(messages: Any) -> str:
    if not isinstance(messages, list) or not messages:
        return "is missing 'messages' or has none."
    for number, message in enumerate(messages, 1):
        if not isinstance(message, dict):
            return f"has a message {number} that is not a dictionary."
        if message.get("role") not in ROLES:
            return f"has an unknown role {message.get('role')!r} in message {number}."
        fault = _content_fault(message, number)
        if fault:
            return fault
    return ""


def _content_fault(message: dict[str, Any], number: int) -> str:
    content = message.get("content")
    calls = message.get("tool_calls") or message.get("function_call")
    if content is None and not calls:
        return f"is missing 'content' in message {number}."
    if content is not None and not isinstance(content, str | list):
        return f"has a 'content' in message {number} that is neither text nor a list of parts."
    if message.get("weight", 1) not in (0, 1):
        return f"has a weight in message {number} that is neither 0 nor 1."
    return ""
