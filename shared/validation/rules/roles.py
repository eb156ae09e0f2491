"""Rules about who speaks, and in which order."""

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
    "a message is an object with a known `role`",
    Level.ERROR,
    Basis.SPECIFIED,
    sources.SPEC,
    f"Use one of the roles {', '.join(ROLES[:4])}.",
)
def message_role(example: Example) -> Iterator[Fault]:
    """A role that is only misspelt is left to the next rule but one, which knows the right one."""
    for path, _, messages in example.lists:
        for index, message in enumerate(messages):
            if not isinstance(message, dict):
                found = f"message {index + 1} is {kind(message)}, not an object"
                yield message_role.fault(f"{path}[{index}]", message, found)
    for turn in example.turns:
        if "role" not in turn.message:
            yield message_role.fault(f"{turn.path}.role", None, "the message has no role")
        elif not isinstance(turn.role, str):
            yield message_role.fault(f"{turn.path}.role", turn.role, f"role is {kind(turn.role)}")
        elif turn.role not in ROLES and not intended_role(turn.role):
            yield message_role.fault(f"{turn.path}.role", turn.role, f"unknown role {turn.role!r}")


@GROUP.check(
    18,
    "developer-role",
    "`developer` is a role of reasoning models; others know `system`",
    Level.WARNING,
    Basis.INFERRED,
    sources.RFT,
    "Write system instead, unless the model is a reasoning model.",
)
def developer_role(example: Example) -> Iterator[Fault]:
    """Azure shows the role for RFT only; nothing says that SFT refuses it."""
    if example.method is Method.RFT:
        return
    for turn in example.turns:
        if turn.role == "developer":
            path = f"{turn.path}.role"
            yield developer_role.fault(path, turn.role, "role developer in a file for SFT or DPO")


@GROUP.check(
    19,
    "role-spelling",
    "roles are spelt as the specification spells them",
    Level.ERROR,
    Basis.SPECIFIED,
    sources.SPEC,
    "Mend the spelling (--fix does).",
)
def role_spelling(example: Example) -> Iterator[Fault]:
    """Upper case, spaces around and near misses of a known role."""
    for turn in example.turns:
        meant = intended_role(turn.role)
        if meant:
            found = f"role {turn.role!r}; did you mean {meant!r}?"
            yield role_spelling.fault(f"{turn.path}.role", turn.role, found)


@GROUP.check(
    26,
    "system-first",
    "at most one system message, and it comes first",
    Level.WARNING,
    Basis.INFERRED,
    sources.GUIDE,
    "Join the instructions into one system message at the start.",
)
def system_first(example: Example) -> Iterator[Fault]:
    """Accepted by the service, but rarely meant."""
    turns = example.part(example.conversation)
    seen = [(index, turn) for index, turn in enumerate(turns) if turn.role in _INSTRUCTING]
    for place, (index, turn) in enumerate(seen):
        if place > 0:
            yield system_first.fault(f"{turn.path}.role", turn.role, "another system message")
        elif index > 0:
            found = f"the system message comes as message {index + 1}"
            yield system_first.fault(f"{turn.path}.role", turn.role, found)


@GROUP.check(
    27,
    "alternation",
    "user and assistant need not take turns",
    Level.INFO,
    Basis.DOCUMENTED,
    sources.VISION,
    "Nothing to do: Azure's own vision sample has two user messages in a row.",
)
def alternation(_: Example) -> Iterator[Fault]:
    """Stands in the table because other validators refuse good rows for this."""
    yield from ()


@GROUP.check(
    28,
    "assistant-present",
    "at least one assistant message (SFT)",
    Level.ERROR,
    Basis.SPECIFIED,
    sources.SPEC,
    "Add the answer that the model is to learn.",
)
def assistant_present(example: Example) -> Iterator[Fault]:
    """Without one there is nothing to learn."""
    turns = example.part(Part.MESSAGES)
    if example.method is Method.SFT and turns and not any(speaks(turn.role) for turn in turns):
        roles = [turn.role for turn in turns]
        yield assistant_present.fault("$.messages", roles, "no assistant message")


@GROUP.check(
    29,
    "assistant-last",
    "the last message is an assistant's (SFT)",
    Level.ERROR,
    Basis.DOCUMENTED,
    sources.SKILL,
    "End the row with the answer, or remove what follows it.",
)
def assistant_last(example: Example) -> Iterator[Fault]:
    """Where there is no answer at all, the rule before this one says so."""
    turns = example.part(Part.MESSAGES)
    if example.method is not Method.SFT or not any(speaks(turn.role) for turn in turns):
        return
    last = turns[-1]
    if not speaks(last.role):
        found = f"the last message is from {last.role!r}, not from the assistant"
        yield assistant_last.fault(f"{last.path}.role", last.role, found)


@GROUP.check(
    30,
    "user-present",
    "at least one user message",
    Level.WARNING,
    Basis.DOCUMENTED,
    sources.SKILL,
    "Add the question that the answer belongs to.",
)
def user_present(example: Example) -> Iterator[Fault]:
    """A conversation without a question trains a monologue."""
    turns = example.part(example.conversation)
    if turns and not any(turn.role == "user" or intended_role(turn.role) for turn in turns):
        roles = [turn.role for turn in turns]
        path = "$.input.messages" if example.method is Method.DPO else "$.messages"
        yield user_present.fault(path, roles, "no user message")


SAME_SYSTEM = GROUP.rule(
    31,
    "same-system",
    "one system message for the whole file",
    Level.INFO,
    Basis.DOCUMENTED,
    sources.GUIDE,
    "Train with the system message that the model will be served with.",
)


def intended_role(role: object) -> str | None:
    """The role that a misspelt one was meant to be; None when it is right or beyond guessing."""
    if not isinstance(role, str) or role in ROLES:
        return None
    folded = role.strip().casefold()
    if folded in ROLES:
        return folded
    near = nearest(folded, ROLES)
    return near.split("'")[1] if near else None


def speaks(role: object) -> bool:
    """Whether a role is the assistant's, misspelt or not, so that one fault is told once."""
    return role == "assistant" or intended_role(role) == "assistant"
