"""Examples that chat puts before the caller's messages: `examples` in `<name>.tune.json`.

They are kept in the run's row, so that chat reads no blob for them.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from shared.registry.parts import Example

Message = Mapping[str, str]
MOST = 50  # pairs; each costs its tokens at every chat
LONGEST = 30_000  # UTF-16 units of all together, as many as a table cell safely holds
_KEYS = ("user", "assistant")


def faults(value: Any) -> Iterator[tuple[str, Any, str]]:
    """What is wrong with `examples`: where below it, the value seen, what is wanted."""
    if not isinstance(value, list) or not 0 < len(value) <= MOST:
        yield "", value, f'a list of 1 to {MOST} objects such as {{"user": "…", "assistant": "…"}}'
        return
    right = True
    for number, pair in enumerate(value):
        for fault in _pair_faults(f"[{number}]", pair):
            right = False
            yield fault
    length = _units(json.dumps(value, ensure_ascii=False, separators=(",", ":"))) if right else 0
    if length > LONGEST:
        yield "", f"{length} characters", f"at most {LONGEST} characters in all"


def examples(pairs: Iterable[Mapping[str, str]]) -> tuple[Example, ...]:
    """Examples without `faults` as a run keeps them."""
    return tuple(Example(pair["user"], pair["assistant"]) for pair in pairs)


def messages(few_shot: Iterable[Example]) -> tuple[Message, ...]:
    """Examples as messages of a chat."""
    return tuple(
        {"role": role, "content": content}
        for example in few_shot
        for role, content in zip(_KEYS, example, strict=True)
    )


def _pair_faults(path: str, pair: Any) -> Iterator[tuple[str, Any, str]]:
    if not isinstance(pair, dict):
        yield path, pair, 'an object such as {"user": "…", "assistant": "…"}'
        return
    for key in _KEYS:
        value = pair.get(key)
        if not isinstance(value, str) or not value or not _encodes(value):
            yield f"{path}.{key}", value, "a text that is not empty"
    for key in pair.keys() - set(_KEYS):
        yield f"{path}.{key}", pair[key], "left out; an example has `user` and `assistant`"


def _encodes(value: str) -> bool:
    """Whether it has no half characters, which JSON's escapes allow and no service takes."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _units(value: str) -> int:
    return len(value.encode("utf-16-le")) // 2
