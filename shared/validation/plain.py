"""The rows that most files consist of, recognised at a glance.

A plain row has nothing but `messages`, whose messages have nothing but a role and a text: system
at most once and first, then user and assistant, ending with the assistant. No rule about a single
row can find anything in one, so they skip those rules. A test compares the two ways.
"""

from typing import NamedTuple

from shared.validation.example import Json

_MANY = 10_000


class Plain(NamedTuple):
    """A plain row: its texts, and for each whether the assistant says it (1) or not (0)."""

    roles: tuple[str, ...]
    texts: list[str]
    spoken: tuple[int, ...]

    @property
    def keys(self) -> int:
        """How many keys the row has in all its objects."""
        return 1 + 2 * len(self.texts)


_patterns: dict[tuple[str, ...], tuple[int, ...] | None] = {}


def plain(row: Json) -> Plain | None:
    """The row as a plain one, or None if it is anything else."""
    if type(row) is not dict or len(row) != 1:
        return None
    messages = row.get("messages")
    if type(messages) is not list:
        return None
    roles, texts = [], []
    for message in messages:
        if type(message) is not dict or len(message) != 2:
            return None
        role, text = message.get("role"), message.get("content")
        if type(role) is not str or type(text) is not str or not text or text.isspace():
            return None
        roles.append(role)
        texts.append(text)
    pattern = tuple(roles)
    spoken = _spoken(pattern)
    return Plain(pattern, texts, spoken) if spoken else None


def _spoken(roles: tuple[str, ...]) -> tuple[int, ...] | None:
    try:
        return _patterns[roles]
    except KeyError:
        if len(_patterns) > _MANY:
            _patterns.clear()
        spoken = tuple(int(role == "assistant") for role in roles)
        return _patterns.setdefault(roles, spoken if _is_plain(roles) else None)


def _is_plain(roles: tuple[str, ...]) -> bool:
    talk = roles[1:] if roles[:1] == ("system",) else roles
    return "user" in talk and talk[-1] == "assistant" and set(talk) == {"user", "assistant"}
