"""The questions of a dataset's first examples, to compare a tuned model with its base."""

from collections.abc import Iterable, Iterator

import orjson

from shared.validation.example import Json
from shared.validation.reading.lines import LineReader

Messages = list[dict[str, Json]]


def first_prompts(chunks: Iterable[bytes], limit: int) -> list[Messages]:
    """The messages up to the last user turn of the first examples that have one.

    Args:
        chunks: the file's bytes in order; reading stops when enough prompts are found.
        limit: how many prompts are wanted at most.

    Returns:
        One list of messages per prompt, each ending with a user's. Rows that cannot be read, or
        have no user turn, are passed over; `weight`, which only training knows, is left out.
    """
    prompts: list[Messages] = []
    for row in _rows(chunks):
        if len(prompts) >= limit:
            break
        prompt = _up_to_last_user(_messages(row))
        if prompt:
            prompts.append(prompt)
    return prompts


def _rows(chunks: Iterable[bytes]) -> Iterator[Json]:
    for block in LineReader().blocks(chunks):
        for line in block.lines:
            try:
                yield orjson.loads(line)
            except ValueError:
                continue


def _messages(row: Json) -> Messages:
    if not isinstance(row, dict):
        return []
    inner = row.get("input")
    found = row.get("messages", inner.get("messages") if isinstance(inner, dict) else None)
    messages = found if isinstance(found, list) else []
    return [message for message in messages if isinstance(message, dict)]


def _up_to_last_user(messages: Messages) -> Messages:
    users = [index for index, message in enumerate(messages) if message.get("role") == "user"]
    asked = messages[: users[-1] + 1] if users else []
    return [{key: value for key, value in m.items() if key != "weight"} for m in asked]
