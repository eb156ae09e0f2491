"""Which prompts the two models answer.

They come from `<name>.eval.jsonl` if it is there, else from the user turns of the validation file,
else from the first training examples. A line of an eval file is a chat (`{"messages": [...]}`), a
plain JSON string, or an object with `prompt`; anything else is passed over.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

Prompt = list[dict[str, Any]]


def prompts_from(chunks: Iterable[bytes], limit: int) -> list[Prompt]:
    """The first `limit` prompts of a JSONL file: each chat up to its last user turn.

    Only as much of the file is read as they need.
    """
    prompts: list[Prompt] = []
    for line in _lines(chunks):
        prompt = _prompt(line)
        if prompt and prompt not in prompts and _sendable(prompt):
            prompts.append(prompt)
        if len(prompts) == limit:
            break
    return prompts


def with_system(prompt: Prompt, system: str) -> Prompt:
    """`prompt` with a system message in front, unless it has one."""
    if not system or any(one.get("role") in ("system", "developer") for one in prompt):
        return prompt
    return [{"role": "system", "content": system}, *prompt]


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
    yield rest


def _prompt(line: bytes) -> Prompt | None:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    if isinstance(row, dict) and isinstance(row.get("messages"), list):
        return _until_user(row["messages"])
    text = row.get("prompt") if isinstance(row, dict) else row
    return [{"role": "user", "content": text}] if isinstance(text, str) and text else None


def _sendable(prompt: Prompt) -> bool:
    """Whether it has UTF-8; JSON's escapes allow half a character, which no request can carry."""
    try:
        json.dumps(prompt, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        return False
    return True


def _until_user(messages: list[Any]) -> Prompt | None:
    """The messages up to the last user turn, as chat takes them: without training's `weight`."""
    kept = [
        {name: value for name, value in one.items() if name != "weight"}
        for one in messages
        if isinstance(one, dict)
    ]
    while kept and kept[-1].get("role") != "user":
        kept.pop()
    return kept or None
