"""Rules about the content and the keys of a message."""

import json
from collections.abc import Iterator

from shared.models import Method
from shared.validation.example import Example
from shared.validation.json_values import kind, member, nearest
from shared.validation.rules import sources
from shared.validation.rules.roles import ROLES, is_assistant_role
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
    "`content` is required unless the message calls a tool",
    Level.ERROR,
    Basis.SPECIFIED,
    sources.SPEC,
    "Add content with the text of the message.",
)
def content_present(example: Example) -> Iterator[Fault]:
    """An assistant that calls tools may leave its content out."""
    for turn in example.turns:
        if "content" not in turn.message and not _may_lack_content(turn):
            keys = ", ".join(turn.message) or "none"
            found = f"content is missing; the keys are: {keys}"
            yield content_present.fault(f"{turn.path}.content", None, found)


@GROUP.check(
    21,
    "content-null",
    "`content` may be null only together with tool calls",
    Level.ERROR,
    Basis.SPECIFIED,
    sources.SPEC,
    "Set content to the text, or add the tool_calls of the message.",
)
def content_null(example: Example) -> Iterator[Fault]:
    """Null is how the service itself writes the content of a tool call."""
    for turn in example.turns:
        null = "content" in turn.message and turn.message["content"] is None
        if null and not _may_lack_content(turn):
            yield content_null.fault(f"{turn.path}.content", None, "content is null")


@GROUP.check(
    22,
    "content-empty",
    "`content` must not be empty (an error in messages that are trained)",
    Level.WARNING,
    Basis.DOCUMENTED,
    sources.SKILL,
    "Add the text or remove the message.",
)
def content_empty(example: Example) -> Iterator[Fault]:
    """Outputs of DPO are checked by dpo-content."""
    for turn in _turns_outside_outputs(example):
        if turn.message.get("content") == "" and not turn.has_calls:
            level = Level.ERROR if turn.is_trained else Level.WARNING
            found = f"empty content in a message from {turn.role!r}"
            yield content_empty.fault(f"{turn.path}.content", "", found, level=level)


@GROUP.check(
    23,
    "content-blank",
    "`content` must not be only white space (an error in messages that are trained)",
    Level.WARNING,
    Basis.INFERRED,
    sources.PRACTICE,
    "Add the text or remove the message.",
)
def content_blank(example: Example) -> Iterator[Fault]:
    """The model would learn to answer with white space."""
    for turn in _turns_outside_outputs(example):
        content = turn.message.get("content")
        if isinstance(content, str) and content.isspace() and not turn.has_calls:
            level = Level.ERROR if turn.is_trained else Level.WARNING
            found = f"only white space in a message from {turn.role!r}"
            yield content_blank.fault(f"{turn.path}.content", content, found, level=level)


@GROUP.check(
    24,
    "content-type",
    "`content` must be a string or a list of parts",
    Level.ERROR,
    Basis.SPECIFIED,
    sources.SPEC,
    "Convert content to a string, for example with json.dumps.",
)
def content_type(example: Example) -> Iterator[Fault]:
    """Lists of parts are checked by the rules about images."""
    for turn in example.turns:
        content = turn.message.get("content")
        if content is not None and not isinstance(content, str | list):
            found = f"content is {kind(content)}; it must be a string or a list of parts"
            yield content_type.fault(f"{turn.path}.content", content, found)


@GROUP.check(
    25,
    "message-keys",
    "only the keys of the message's role are allowed",
    Level.ERROR,
    Basis.SPECIFIED,
    sources.SPEC,
    "Remove the key or fix its spelling.",
)
def message_keys(example: Example) -> Iterator[Fault]:
    """With a misspelt `weight` a message would be trained that should not be."""
    for turn in example.turns:
        known = _known_keys(turn)
        for key in turn.message:
            if key not in known:
                of_another_role = key in _ANY_KEYS
                why = f"; it is not allowed for role {turn.role!r}" if of_another_role else ""
                found = f"unknown key {key!r}{why or nearest(key, known)}"
                yield message_keys.fault(member(turn.path, key), turn.message[key], found)


@GROUP.check(
    32,
    "weight-value",
    "`weight` must be the integer 0 or 1",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.SPEC,
    "Set weight to 1 to train on the message, or to 0 to skip it.",
)
def weight_value(example: Example) -> Iterator[Fault]:
    """True and "1" are not integers; 1.0 is one to some parsers, so it is a warning."""
    for turn in example.turns:
        if "weight" in turn.message and not _is_weight(turn.message["weight"]):
            value = turn.message["weight"]
            doubtful = isinstance(value, float) and value in (0.0, 1.0)
            level = Level.WARNING if doubtful else Level.ERROR
            found = f"weight is {json.dumps(value)}; it must be 0 or 1"
            yield weight_value.fault(f"{turn.path}.weight", value, found, level=level)


@GROUP.check(
    33,
    "weight-place",
    "`weight` is allowed in assistant messages only",
    Level.ERROR,
    Basis.SPECIFIED,
    sources.SPEC,
    "Remove weight: only assistant messages are trained.",
)
def weight_place(example: Example) -> Iterator[Fault]:
    """The specification has the key for one role."""
    for turn in example.turns:
        if "weight" in turn.message and not is_assistant_role(turn.role):
            found = f"weight in a message from {turn.role!r}"
            yield weight_place.fault(f"{turn.path}.weight", turn.message["weight"], found)


@GROUP.check(
    34,
    "weight-all-zero",
    "at least one assistant message must not have weight 0",
    Level.ERROR,
    Basis.INFERRED,
    sources.GUIDE,
    "Set weight to 1 for the answer that should be trained, or remove the row.",
)
def weight_all_zero(example: Example) -> Iterator[Fault]:
    """A row without anything to train is billed all the same."""
    turns = [turn for turn in example.part(Part.MESSAGES) if turn.is_assistant]
    if example.method is Method.SFT and turns and not any(turn.is_trained for turn in turns):
        weights = [turn.message.get("weight") for turn in turns]
        yield weight_all_zero.fault("$.messages", weights, "all assistant messages have weight 0")


@GROUP.check(
    35,
    "name-value",
    "`name` must be a string, of 1 to 64 letters, digits, _ or - (else a warning)",
    Level.ERROR,
    Basis.INFERRED,
    sources.SPEC,
    "Use a name such as reviewer_1.",
)
def name_value(example: Example) -> Iterator[Fault]:
    """The pattern is that of function names; that it applies to names is not confirmed."""
    for turn in example.turns:
        name = turn.message.get("name", "x")
        if not isinstance(name, str):
            yield name_value.fault(
                f"{turn.path}.name", name, f"name is {kind(name)}; it must be a string"
            )
        elif not is_name(name):
            path, found = (
                f"{turn.path}.name",
                f"name {name[:80]!r} has other characters or a wrong length",
            )
            yield name_value.fault(path, name, found, level=Level.WARNING)


def is_name(text: str) -> bool:
    """Whether a text has 1 to 64 of `A-Za-z0-9_-`, as the services require of names."""
    plain = text.replace("_", "a").replace("-", "a")
    return len(text) <= 64 and plain.isascii() and plain.isalnum()


def _known_keys(turn: Turn) -> tuple[str, ...]:
    # The keys of a message without a usable role cannot be judged by role.
    if not isinstance(turn.role, str) or turn.role not in ROLES:
        return _ANY_KEYS
    return _KEYS.get(turn.role, _OTHER_KEYS)


def _may_lack_content(turn: Turn) -> bool:
    refuses = isinstance(turn.message.get("refusal"), str)
    return is_assistant_role(turn.role) and (turn.has_calls or refuses)


def _turns_outside_outputs(example: Example) -> list[Turn]:
    outputs = (Part.PREFERRED, Part.REJECTED)
    return [turn for turn in example.turns if turn.part not in outputs]


def _is_weight(value: Json) -> bool:
    return type(value) is int and value in (0, 1)
