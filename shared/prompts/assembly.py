"""What stands before a caller's messages: a model's own system message and its examples.

Chat and the comparison of base and tuned model go by the same rule, so that what is compared is
what callers will get.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Message = Mapping[str, Any]
#: Roles by which callers set the style themselves. No set: a role may be any JSON, hashable or not.
OWN = ("system", "developer")


def find_prefix(
    messages: Sequence[Message], system: str, examples: Sequence[Message]
) -> tuple[int, list[Message]]:
    """Where something is put into a chat, and what.

    Args:
        messages: The caller's.
        system: For callers that send no system message of their own; empty for none.
        examples: Stand behind the system message, whoever sent that.

    Returns:
        The number of the caller's messages that stay in front, and what comes behind them.
    """
    leading = next(
        (number for number, one in enumerate(messages) if one.get("role") not in OWN),
        len(messages),
    )
    own = any(one.get("role") in OWN for one in messages)
    first: list[Message] = [] if own or not system else [{"role": "system", "content": system}]
    return leading, [*first, *examples]


def assemble(
    messages: Sequence[Message], system: str = "", examples: Sequence[Message] = ()
) -> list[dict[str, Any]]:
    """The whole chat; arguments as for `find_prefix`."""
    leading, first = find_prefix(messages, system, examples)
    return [dict(one) for one in (*messages[:leading], *first, *messages[leading:])]
