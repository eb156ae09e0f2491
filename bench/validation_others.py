"""What validation is measured against: a floor that checks nothing, and the cookbook's cells.

Both are written for this benchmark from what those do; nothing of the cookbook's text is here.
"""

import json
import statistics
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tiktoken import Encoding

Row = dict[str, Any]

_KEYS = ("role", "content", "name", "function_call", "weight")
_ROLES = ("system", "user", "assistant", "function")
_LIMIT = 16_385


def floor(path: Path, encoding: "Encoding") -> object:
    """json.loads of each line and tiktoken of all contents, on one core; nothing is kept."""
    total = 0
    with path.open("rb") as file:
        for line in file:
            for message in json.loads(line)["messages"]:
                total += len(encoding.encode_ordinary(message["content"]))
    return total


def cookbook(path: Path, encoding: "Encoding") -> object:
    """The same checks and counts as OpenAI's cookbook, which holds the whole file."""
    with path.open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    errors: Counter[str] = Counter()
    for row in rows:
        errors.update(_row_errors(row))
    lengths = [_tokens(row["messages"], encoding) for row in rows]
    answers = [_answer_tokens(row["messages"], encoding) for row in rows]
    messages = [len(row["messages"]) for row in rows]
    summaries = [_summary(values) for values in (messages, lengths, answers)]
    billed = sum(min(_LIMIT, length) for length in lengths)
    missing = sum("system" not in _roles(row) for row in rows)
    return errors, missing, summaries, billed


def _row_errors(row: Any) -> list[str]:
    if not isinstance(row, dict):
        return ["data_type"]
    messages = row.get("messages")
    if not messages:
        return ["missing_messages_list"]
    found = [error for message in messages for error in _message_errors(message)]
    if not any(message.get("role") == "assistant" for message in messages):
        found.append("no_assistant_message")
    return found


def _message_errors(message: Row) -> list[str]:
    found = []
    if "role" not in message or "content" not in message:
        found.append("missing_key")
    if any(key not in _KEYS for key in message):
        found.append("unrecognized_key")
    if message.get("role") not in _ROLES:
        found.append("unrecognized_role")
    content, called = message.get("content"), message.get("function_call")
    if (not content and not called) or not isinstance(content, str):
        found.append("missing_content")
    return found


def _tokens(messages: list[Row], encoding: "Encoding") -> int:
    number = 3
    for message in messages:
        number += 3
        for key, value in message.items():
            number += len(encoding.encode(value))
            number += key == "name"
    return number


def _answer_tokens(messages: list[Row], encoding: "Encoding") -> int:
    answers = [message["content"] for message in messages if message["role"] == "assistant"]
    return sum(len(encoding.encode(answer)) for answer in answers)


def _roles(row: Row) -> list[str]:
    return [message["role"] for message in row["messages"]]


def _summary(values: list[int]) -> tuple[float, ...]:
    cuts = statistics.quantiles(values, n=20)
    middle = statistics.median(values)
    return min(values), max(values), statistics.fmean(values), middle, cuts[0], cuts[-1]


OTHERS: dict[str, tuple[str, Callable[[Path, "Encoding"], object]]] = {
    "floor": ("o200k_base", floor),
    "cookbook": ("cl100k_base", cookbook),
}
"""Each with the vocabulary that it counts in."""
