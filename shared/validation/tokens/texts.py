"""The texts of a row that cost tokens, and the tokens of everything else.

The tutorial's method: three tokens for each message and three for each example, one for the role,
one more for a name. Tools and images have no documented count; theirs are estimates.
"""

from collections.abc import Iterator
from typing import NamedTuple

import orjson

from shared.validation.example import Example
from shared.validation.turn import Json, Part, Turn

PER_EXAMPLE = 3
PER_MESSAGE = 4
"""Three for the message and one for its role, which is one token in every vocabulary here."""
PER_NAME = 1
PER_CALL = 3
"""An estimate: a call is framed much as a message is."""

METHOD = (
    "Microsoft's tutorial: 3 tokens for each message and each example, roles and contents in the "
    "model's vocabulary. Accurate to about 1 % for plain chat rows. Definitions of tools are "
    "counted as their JSON and images by the tile rule; both may be off by 10 % or more."
)


class ExampleTexts(NamedTuple):
    """The tokens of a row that are known already, and the texts still to be counted."""

    fixed: int
    others: list[str]
    """Texts of the prompt."""
    assistant: list[str]
    """Texts that the model is trained to write."""


def extract_texts(example: Example, image_tokens: int) -> ExampleTexts:
    """The texts of any row, valid or not; `image_tokens` are those of its images."""
    found = ExampleTexts(PER_EXAMPLE + image_tokens, _definitions(example), [])
    fixed = found.fixed
    for turn in example.turns:
        fixed += PER_MESSAGE
        target = found.assistant if _is_trained(turn) else found.others
        target.extend(_content(turn.message.get("content")))
        for call in _calls(turn):
            fixed += PER_CALL
            target.extend(
                call[key] for key in ("name", "arguments") if isinstance(call.get(key), str)
            )
        if isinstance(turn.message.get("name"), str):
            fixed += PER_NAME
            found.others.append(turn.message["name"])
    return found._replace(fixed=fixed)


def _is_trained(turn: Turn) -> bool:
    return turn.is_assistant and turn.part in (Part.MESSAGES, Part.PREFERRED)


def _content(content: Json) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, list):
        for part in content:
            if isinstance(part, dict) and isinstance(part.get("text"), str):
                yield part["text"]


def _calls(turn: Turn) -> list[Json]:
    calls = turn.message.get("tool_calls")
    found = (
        [call.get("function") for call in calls if isinstance(call, dict)]
        if isinstance(calls, list)
        else []
    )
    return [call for call in (*found, turn.message.get("function_call")) if isinstance(call, dict)]


def _definitions(example: Example) -> list[str]:
    _, top = example.top
    return [_compact(top[key]) for key in ("tools", "functions") if top.get(key)]


def _compact(value: Json) -> str:
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    except TypeError:
        # What orjson cannot write (a huge integer, a lone surrogate) has its own finding.
        return repr(value)
