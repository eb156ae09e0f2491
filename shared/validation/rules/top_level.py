"""Rules about the keys of a row."""

from collections.abc import Iterator

from shared.models import Method
from shared.validation.example import Example, format_of
from shared.validation.json_values import kind, member, nearest
from shared.validation.rules import sources
from shared.validation.rules.rule import Basis, Fault, Group, Level

GROUP = Group("Top level")

_SFT_KEYS = ("messages", "tools", "parallel_tool_calls", "functions", "function_call")
_DPO_KEYS = ("input", "preferred_output", "non_preferred_output")
# OpenAI's specification calls the outputs so; the guide and Azure do not. Rule 62 explains.
_DPO_SPEC_NAMES = ("preferred_completion", "non_preferred_completion")


@GROUP.check(
    14,
    "messages-list",
    "`messages` is required and must be a list that is not empty",
    Level.ERROR,
    Basis.SPECIFIED,
    sources.SPEC,
    'Write {"messages": [{"role": "user", ...}, {"role": "assistant", ...}]} in every line.',
)
def messages_list(example: Example) -> Iterator[Fault]:
    """A row of SFT or RFT needs a list of messages; DPO's lists have their own rules."""
    if example.method is Method.DPO or format_of(example.row) not in (None, "chat"):
        return
    if "messages" not in example.row:
        keys = ", ".join(list(example.row)[:8]) or "none"
        yield messages_list.fault("$.messages", None, f"messages is missing; the keys are: {keys}")
        return
    value = example.row["messages"]
    if not isinstance(value, list):
        yield messages_list.fault(
            "$.messages", value, f"messages is {kind(value)}; it must be a list"
        )
    elif not value:
        yield messages_list.fault("$.messages", value, "messages is empty")


@GROUP.check(
    15,
    "top-level-keys",
    "only the top-level keys of the format are allowed (any in RFT rows)",
    Level.ERROR,
    Basis.SPECIFIED,
    sources.SPEC,
    "Remove the key or fix its spelling: the service refuses extra keys.",
)
def top_level_keys(example: Example) -> Iterator[Fault]:
    """RFT rows have extra fields for their grader, so they are not checked."""
    if example.method is Method.RFT or _has_other_format(example):
        return
    known = _DPO_KEYS if example.method is Method.DPO else _SFT_KEYS
    for key in example.row:
        if key not in known and not (example.method is Method.DPO and key in _DPO_SPEC_NAMES):
            near = nearest(key, known)
            yield top_level_keys.fault(
                member("$", key), example.row[key], f"unknown key {key!r}{near}"
            )


@GROUP.check(
    16,
    "one-format",
    "every row must have the format of the training method",
    Level.ERROR,
    Basis.INFERRED,
    sources.TUNING,
    "Use one format per file, or choose the method with --method.",
)
def one_format(example: Example) -> Iterator[Fault]:
    """SFT and RFT take chat rows, DPO preference rows, no method prompt and completion rows."""
    if _has_other_format(example):
        seen = _format_name(example.row)
        keys = ", ".join(list(example.row)[:4])
        yield one_format.fault("$", keys, f"{seen} in a file for {example.method.upper()}")


def _has_other_format(example: Example) -> bool:
    seen = format_of(example.row)
    wanted = "preference" if example.method is Method.DPO else "chat"
    return seen is not None and seen != wanted


def _format_name(row: dict[str, object]) -> str:
    names = {
        "preference": "a preference row (input, preferred_output, non_preferred_output)",
        "completion": "a prompt and completion row",
        "chat": "a chat row (messages)",
    }
    return names[format_of(row) or "chat"]
