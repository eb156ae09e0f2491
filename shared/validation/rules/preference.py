"""Rules about rows for direct preference optimization (DPO)."""

from collections.abc import Iterator

from shared.models import Method
from shared.validation.example import Example, format_of
from shared.validation.json_values import kind
from shared.validation.rules import sources
from shared.validation.rules.roles import guess_role
from shared.validation.rules.rule import Basis, Fault, Group, Level
from shared.validation.turn import Json, Part, Turn

GROUP = Group("DPO", lambda example: example.method is Method.DPO)

_OUTPUTS = (Part.PREFERRED, Part.REJECTED)
_SPEC_NAMES = {
    Part.PREFERRED: "preferred_completion",
    Part.REJECTED: "non_preferred_completion",
}


@GROUP.check(
    62,
    "dpo-fields",
    "`input`, `preferred_output` and `non_preferred_output` are required",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.DPO,
    'Use {"input": {"messages": [...]}, "preferred_output": [..], "non_preferred_output": [..]}',
)
def dpo_fields(example: Example) -> Iterator[Fault]:
    """OpenAI's specification has other names; its guide and Azure's documentation agree."""
    if not _is_preference(example):
        return
    inner = example.row.get("input")
    if not isinstance(inner, dict):
        found = "missing" if inner is None else kind(inner)
        found = f"input is {found}; it must be an object"
        yield dpo_fields.fault("$.input", inner, found)
    for part in _OUTPUTS:
        value = example.row.get(part)
        if not isinstance(value, list):
            yield dpo_fields.fault(f"$.{part}", value, _missing(example, part))


@GROUP.check(
    63,
    "dpo-roles",
    "outputs may have assistant and tool messages only, and need one from the assistant",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.DPO,
    "Move system and user messages to input.messages.",
)
def dpo_roles(example: Example) -> Iterator[Fault]:
    """Misspelt roles are findings of role-spelling only."""
    for part in _outputs(example):
        turns = example.part(part)
        roles = [guess_role(turn.role) or turn.role for turn in turns]
        if "assistant" not in roles:
            yield dpo_roles.fault(f"$.{part}", roles, f"no assistant message in {part}")
        for turn, role in zip(turns, roles, strict=True):
            if role in ("system", "user", "developer", "function"):
                yield dpo_roles.fault(f"{turn.path}.role", role, f"a {role} message in {part}")


@GROUP.check(
    64,
    "dpo-input",
    "`input.messages` must be a list that does not end with an assistant message",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.DPO,
    "End the input with the message that the two outputs answer.",
)
def dpo_input(example: Example) -> Iterator[Fault]:
    """An older version of the documentation showed an object in place of the list."""
    inner = example.row.get("input")
    if not _is_preference(example) or not isinstance(inner, dict):
        return
    value = inner.get("messages")
    if not isinstance(value, list) or not value:
        seen = "missing" if "messages" not in inner else kind(value)
        found = (
            "input.messages is empty"
            if value == []
            else f"input.messages is {seen}; it must be a list"
        )
        yield dpo_input.fault("$.input.messages", value, found)
    elif (turns := example.part(Part.INPUT)) and turns[-1].is_assistant:
        found = "the input ends with an assistant message"
        yield dpo_input.fault(f"{turns[-1].path}.role", "assistant", found)


@GROUP.check(
    65,
    "dpo-content",
    "outputs must not be empty",
    Level.ERROR,
    Basis.INFERRED,
    sources.PRACTICE,
    "Add the text of both answers, or remove the row.",
)
def dpo_content(example: Example) -> Iterator[Fault]:
    """An empty answer cannot be compared."""
    for part in _outputs(example):
        for turn in example.part(part):
            content = turn.message.get("content")
            if isinstance(content, str) and not content.strip() and not turn.has_calls:
                found = f"empty content in {part}"
                yield dpo_content.fault(f"{turn.path}.content", content, found)


@GROUP.check(
    66,
    "dpo-different",
    "the two outputs must differ",
    Level.ERROR,
    Basis.INFERRED,
    sources.PRACTICE,
    "Change one of the outputs or remove the row.",
)
def dpo_different(example: Example) -> Iterator[Fault]:
    """Differences in white space do not count."""
    preferred, rejected = (_normalize(example.part(part)) for part in _OUTPUTS)
    if preferred and preferred == rejected:
        found = "both outputs are the same"
        yield dpo_different.fault("$.non_preferred_output", preferred[0][1], found)


METHOD = GROUP.rule(
    67,
    "model-method",
    "the model must support the training method",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.MODELS,
    "Choose another model, or use rows for a method that it supports.",
)


def _is_preference(example: Example) -> bool:
    # A row of another format has a finding of its own.
    return example.method is Method.DPO and format_of(example.row) in (None, "preference")


def _outputs(example: Example) -> list[Part]:
    return [part for _, part, _ in example.lists if part in _OUTPUTS]


def _missing(example: Example, part: Part) -> str:
    if part in example.row:
        return f"{part} is {kind(example.row[part])}; it must be a list of messages"
    if _SPEC_NAMES[part] in example.row:
        return f"{part} is missing; rename {_SPEC_NAMES[part]}, which is OpenAI's name"
    return f"{part} is missing"


def _normalize(turns: list[Turn]) -> list[tuple[Json, ...]]:
    return [
        (
            turn.role,
            _normalize_content(turn.message.get("content")),
            repr(turn.message.get("tool_calls")),
        )
        for turn in turns
    ]


def _normalize_content(content: Json) -> Json:
    return " ".join(content.split()) if isinstance(content, str) else repr(content)
