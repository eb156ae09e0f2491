"""Rules about the roles of messages and their order."""

from collections.abc import Iterator

from shared.models import Method
from shared.validation.example import Example
from shared.validation.json_values import kind, nearest
from shared.validation.rules import sources
from shared.validation.rules.rule import Basis, Fault, Group, Level
from shared.validation.turn import Part

GROUP = Group("Messages")

ROLES = ("system", "user", "assistant", "tool", "function", "developer")
_INSTRUCTING = ("system", "developer")


@GROUP.check(
    17,
    "message-role",
    "a message must be an object with a known `role`",
    Level.ERROR,
    Basis.SPECIFIED,
    sources.SPEC,
    f"Use one of the roles {', '.join(ROLES[:4])}.",
)
def message_role(example: Example) -> Iterator[Fault]:
    """A misspelt role is a finding of role-spelling, which suggests the right one."""
    for path, _, messages in example.lists:
        for index, message in enumerate(messages):
            if not isinstance(message, dict):
                found = f"message {index + 1} is {kind(message)}; it must be an object"
                yield message_role.fault(f"{path}[{index}]", message, found)
    for turn in example.turns:
        if "role" not in turn.message:
            yield message_role.fault(f"{turn.path}.role", None, "role is missing")
        elif not isinstance(turn.role, str):
            yield message_role.fault(
                f"{turn.path}.role", turn.role, f"role is {kind(turn.role)}; it must be a string"
            )
        elif turn.role not in ROLES and not guess_role(turn.role):
            yield message_role.fault(f"{turn.path}.role", turn.role, f"unknown role {turn.role!r}")


@GROUP.check(
    18,
    "developer-role",
    "the role `developer` is for reasoning models; others use `system`",
    Level.WARNING,
    Basis.INFERRED,
    sources.RFT,
    "Use system instead, unless the model is a reasoning model.",
)
def developer_role(example: Example) -> Iterator[Fault]:
    """Azure documents the role for RFT only; nothing says that SFT refuses it."""
    if example.method is Method.RFT:
        return
    for turn in example.turns:
        if turn.role == "developer":
            path = f"{turn.path}.role"
            yield developer_role.fault(path, turn.role, "role developer in a file for SFT or DPO")


@GROUP.check(
    19,
    "role-spelling",
    "roles must be spelled as in the specification",
    Level.ERROR,
    Basis.SPECIFIED,
    sources.SPEC,
    "Fix the spelling, or use --fix.",
)
def role_spelling(example: Example) -> Iterator[Fault]:
    """Finds upper case, surrounding spaces and near misses of a known role."""
    for turn in example.turns:
        likely = guess_role(turn.role)
        if likely:
            found = f"role {turn.role!r}; did you mean {likely!r}?"
            yield role_spelling.fault(f"{turn.path}.role", turn.role, found)


@GROUP.check(
    26,
    "system-first",
    "at most one system message, and it comes first",
    Level.WARNING,
    Basis.INFERRED,
    sources.GUIDE,
    "Merge the instructions into one system message at the start.",
)
def system_first(example: Example) -> Iterator[Fault]:
    """The service accepts it, but it is rarely intended."""
    turns = example.part(example.conversation)
    seen = [(index, turn) for index, turn in enumerate(turns) if turn.role in _INSTRUCTING]
    for place, (index, turn) in enumerate(seen):
        if place > 0:
            yield system_first.fault(f"{turn.path}.role", turn.role, "more than one system message")
        elif index > 0:
            found = f"the system message is message {index + 1}, not the first"
            yield system_first.fault(f"{turn.path}.role", turn.role, found)


@GROUP.check(
    27,
    "alternation",
    "user and assistant messages need not alternate",
    Level.INFO,
    Basis.DOCUMENTED,
    sources.VISION,
    "No action needed: Azure's vision sample has two user messages in a row.",
)
def alternation(_: Example) -> Iterator[Fault]:
    """Listed because other validators refuse valid rows for it."""
    yield from ()


@GROUP.check(
    28,
    "assistant-present",
    "at least one assistant message is required (SFT)",
    Level.ERROR,
    Basis.SPECIFIED,
    sources.SPEC,
    "Add the answer that the model should learn.",
)
def assistant_present(example: Example) -> Iterator[Fault]:
    """Without one there is nothing to train on."""
    turns = example.part(Part.MESSAGES)
    if (
        example.method is Method.SFT
        and turns
        and not any(is_assistant_role(turn.role) for turn in turns)
    ):
        roles = [turn.role for turn in turns]
        yield assistant_present.fault("$.messages", roles, "the row has no assistant message")


@GROUP.check(
    29,
    "assistant-last",
    "the last message must be from the assistant (SFT)",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.SKILL,
    "End the row with the answer, or remove the messages after it.",
)
def assistant_last(example: Example) -> Iterator[Fault]:
    """A row without any answer is a finding of assistant-present only."""
    turns = example.part(Part.MESSAGES)
    if example.method is not Method.SFT or not any(is_assistant_role(turn.role) for turn in turns):
        return
    last = turns[-1]
    if not is_assistant_role(last.role):
        found = f"the last message is from {last.role!r}; it must be from the assistant"
        yield assistant_last.fault(f"{last.path}.role", last.role, found)


@GROUP.check(
    30,
    "user-present",
    "at least one user message is recommended",
    Level.WARNING,
    Basis.DOCUMENTED,
    sources.SKILL,
    "Add the question that the answer belongs to.",
)
def user_present(example: Example) -> Iterator[Fault]:
    """Without a question the model learns to answer nothing."""
    turns = example.part(example.conversation)
    if turns and not any(turn.role == "user" or guess_role(turn.role) for turn in turns):
        roles = [turn.role for turn in turns]
        path = "$.input.messages" if example.method is Method.DPO else "$.messages"
        yield user_present.fault(path, roles, "the row has no user message")


SAME_SYSTEM = GROUP.rule(
    31,
    "same-system",
    "all rows have the same system message",
    Level.INFO,
    Basis.DOCUMENTED,
    sources.GUIDE,
    "Train with the system message that the model will get in production.",
)


def guess_role(role: object) -> str | None:
    """The likely role for a misspelt one; None if it is right or no known role is near."""
    if not isinstance(role, str) or role in ROLES:
        return None
    folded = role.strip().casefold()
    if folded in ROLES:
        return folded
    near = nearest(folded, ROLES)
    return near.split("'")[1] if near else None


def is_assistant_role(role: object) -> bool:
    """Whether a role is assistant, misspelt or not, so that one fault gives one finding."""
    return role == "assistant" or guess_role(role) == "assistant"
