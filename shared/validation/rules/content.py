"""Rules about what a message says."""

import json
from collections.abc import Iterator

from shared.models import Method
from shared.validation.example import Example
from shared.validation.json_values import kind, member, nearest
from shared.validation.rules import sources
from shared.validation.rules.roles import ROLES, speaks
from shared.validation.rules.rule import Basis, Fault, Group, Level
from shared.validation.turn import Json, Part, Turn

GROUP = Group("Messages")

_EVERY = ("role", "content", "name")
# `weight` and `name` on any role are judged by rules of their own.
_KEYS = {
    "assistant": (*_EVERY, "weight", "tool_calls", "function_call", "refusal", "audio"),
    "tool": (*_EVERY, "weight", "tool_call_id"),
}
_OTHER_KEYS = (*_EVERY, "weight")
_ANY_KEYS = (*_KEYS["assistant"], "tool_call_id")


@GROUP.check(
    20,
    "content-present",
    "`content` is there unless the message calls a tool",
    Level.ERROR,
    Basis.SPECIFIED,
    sources.SPEC,
    "Add the text as content.",
)
def content_present(example: Example) -> Iterator[Fault]:
    """An assistant that calls tools may leave its content out."""
    for turn in example.turns:
        if "content" not in turn.message and not _may_be_silent(turn):
            keys = ", ".join(turn.message) or "none"
            found = f"no content; the keys are: {keys}"
            yield content_present.fault(f"{turn.path}.content", None, found)


@GROUP.check(
    21,
    "content-null",
    "`content` is null only beside tool calls",
    Level.ERROR,
    Basis.SPECIFIED,
    sources.SPEC,
    "Write the text, or the tool_calls that the assistant makes instead.",
)
def content_null(example: Example) -> Iterator[Fault]:
    """Null is how the service itself writes the content of a tool call."""
    for turn in example.turns:
        null = "content" in turn.message and turn.message["content"] is None
        if null and not _may_be_silent(turn):
            yield content_null.fault(f"{turn.path}.content", None, "content is null")


@GROUP.check(
    22,
    "content-empty",
    "no empty content (an error where the assistant is trained to say it)",
    Level.WARNING,
    Basis.DOCUMENTED,
    sources.SKILL,
    "Write the text or remove the message.",
)
def content_empty(example: Example) -> Iterator[Fault]:
    """DPO's outputs have a stricter rule of their own."""
    for turn in _judged(example):
        if turn.message.get("content") == "" and not turn.calls:
            level = Level.ERROR if turn.trained else Level.WARNING
            found = f"empty content from {turn.role!r}"
            yield content_empty.fault(f"{turn.path}.content", "", found, level=level)


@GROUP.check(
    23,
    "content-blank",
    "no content of white space alone (an error for the assistant)",
    Level.WARNING,
    Basis.INFERRED,
    sources.PRACTICE,
    "Write the text or remove the message.",
)
def content_blank(example: Example) -> Iterator[Fault]:
    """The model would learn to answer with nothing."""
    for turn in _judged(example):
        content = turn.message.get("content")
        if isinstance(content, str) and content.isspace() and not turn.calls:
            level = Level.ERROR if turn.trained else Level.WARNING
            found = f"content of white space alone from {turn.role!r}"
            yield content_blank.fault(f"{turn.path}.content", content, found, level=level)


@GROUP.check(
    24,
    "content-type",
    "`content` is a string or a list of parts",
    Level.ERROR,
    Basis.SPECIFIED,
    sources.SPEC,
    "Write content as a string; an object or number must be turned into text first.",
)
def content_type(example: Example) -> Iterator[Fault]:
    """Lists of parts are looked into by the rules on images."""
    for turn in example.turns:
        content = turn.message.get("content")
        if content is not None and not isinstance(content, str | list):
            found = f"content is {kind(content)}"
            yield content_type.fault(f"{turn.path}.content", content, found)


@GROUP.check(
    25,
    "message-keys",
    "no message keys but those of its role",
    Level.ERROR,
    Basis.SPECIFIED,
    sources.SPEC,
    "Remove the key or mend its spelling.",
)
def message_keys(example: Example) -> Iterator[Fault]:
    """A misspelt `weight` would silently train what was to be left out."""
    for turn in example.turns:
        known = _known_keys(turn)
        for key in turn.message:
            if key not in known:
                foreign = key in _ANY_KEYS
                why = f"; it belongs to other roles than {turn.role!r}" if foreign else ""
                found = f"unknown key {key!r}{why or nearest(key, known)}"
                yield message_keys.fault(member(turn.path, key), turn.message[key], found)


@GROUP.check(
    32,
    "weight-value",
    "`weight` is the integer 0 or 1",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.SPEC,
    "Write 1 to train on the message or 0 to leave it out.",
)
def weight_value(example: Example) -> Iterator[Fault]:
    """True and "1" are not integers; 1.0 is one to some parsers, so it is only doubted."""
    for turn in example.turns:
        if "weight" in turn.message and not _is_weight(turn.message["weight"]):
            value = turn.message["weight"]
            doubtful = isinstance(value, float) and value in (0.0, 1.0)
            level = Level.WARNING if doubtful else Level.ERROR
            found = f"weight is {json.dumps(value)}, not 0 or 1"
            yield weight_value.fault(f"{turn.path}.weight", value, found, level=level)


@GROUP.check(
    33,
    "weight-place",
    "`weight` stands on assistant messages only",
    Level.ERROR,
    Basis.SPECIFIED,
    sources.SPEC,
    "Remove weight: only what the assistant says is trained.",
)
def weight_place(example: Example) -> Iterator[Fault]:
    """The specification knows the key on one role."""
    for turn in example.turns:
        if "weight" in turn.message and not speaks(turn.role):
            found = f"weight on a message from {turn.role!r}"
            yield weight_place.fault(f"{turn.path}.weight", turn.message["weight"], found)


@GROUP.check(
    34,
    "weight-all-zero",
    "not every assistant message has weight 0",
    Level.ERROR,
    Basis.INFERRED,
    sources.GUIDE,
    "Give weight 1 to the answer that is to be learnt, or remove the row.",
)
def weight_all_zero(example: Example) -> Iterator[Fault]:
    """A row that trains nothing is paid for all the same."""
    turns = [turn for turn in example.part(Part.MESSAGES) if turn.is_assistant]
    if example.method is Method.SFT and turns and not any(turn.trained for turn in turns):
        weights = [turn.message.get("weight") for turn in turns]
        yield weight_all_zero.fault("$.messages", weights, "all assistant messages have weight 0")


@GROUP.check(
    35,
    "name-value",
    "`name` is a string of 1 to 64 letters, digits, _ or - (else a warning)",
    Level.ERROR,
    Basis.INFERRED,
    sources.SPEC,
    "Write a plain name such as reviewer_1.",
)
def name_value(example: Example) -> Iterator[Fault]:
    """The pattern is that of function names; whether names are held to it is not confirmed."""
    for turn in example.turns:
        name = turn.message.get("name", "x")
        if not isinstance(name, str):
            yield name_value.fault(f"{turn.path}.name", name, f"name is {kind(name)}")
        elif not is_name(name):
            path, found = (
                f"{turn.path}.name",
                f"name {name[:80]!r} has unusual characters or length",
            )
            yield name_value.fault(path, name, found, level=Level.WARNING)


def is_name(text: str) -> bool:
    """Whether a text is 1 to 64 of `A-Za-z0-9_-`, as the services ask of names."""
    plain = text.replace("_", "a").replace("-", "a")
    return len(text) <= 64 and plain.isascii() and plain.isalnum()


def _known_keys(turn: Turn) -> tuple[str, ...]:
    # The keys of a message without a usable role cannot be judged by role.
    if not isinstance(turn.role, str) or turn.role not in ROLES:
        return _ANY_KEYS
    return _KEYS.get(turn.role, _OTHER_KEYS)


def _may_be_silent(turn: Turn) -> bool:
    refuses = isinstance(turn.message.get("refusal"), str)
    return speaks(turn.role) and (turn.calls or refuses)


def _judged(example: Example) -> list[Turn]:
    outputs = (Part.PREFERRED, Part.REJECTED)
    return [turn for turn in example.turns if turn.part not in outputs]


def _is_weight(value: Json) -> bool:
    return type(value) is int and value in (0, 1)
