"""What is changed in an answer on its way through, and nothing else: the model's name.

And, if the caller did not ask for them, the token counts that a stream carries for the app.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from shared.chat.members import Member, members

_MODEL = re.compile(rb'"model"\s*:\s*("[^"\\]*(?:\\.[^"\\]*)*")', re.DOTALL)

#: As it stands in every chunk of a stream but the last.
_NO_USAGE = re.compile(rb',\s*"usage"\s*:\s*null(?=\s*[,}])')


def renamed(answer: bytes, parsed: Mapping[str, Any], name: str) -> bytes:
    """A JSON object with another value for its top-level `model`; all other bytes stay.

    Args:
        answer: The text; what stands before the object, such as `data: `, stays too.
        parsed: The same, read.
        name: The new value.
    """
    if not isinstance(parsed.get("model"), str):
        return answer
    if answer.count(b'"model"') == 1:
        # The only one can but be the one that was read; no need to look for it in all the rest.
        found = _MODEL.search(answer)
        start, end = found.span(1) if found else (0, 0)
    else:
        member = _last(answer, b'"model"')
        start, end = (member.value, member.end) if member else (0, 0)
    return answer[:start] + json.dumps(name).encode() + answer[end:] if end else answer


def without_usage(answer: bytes) -> bytes:
    """A JSON object without its top-level `usage`, which it has; all other bytes stay."""
    if answer.count(b'"usage"') == 1 and (quick := _NO_USAGE.search(answer)):
        return answer[: quick.start()] + answer[quick.end() :]
    found = list(members(answer))
    for number, one in enumerate(found):
        if one.key != b'"usage"':
            continue
        # One comma goes with it: the one before, or that behind the first.
        if number:
            return answer[: found[number - 1].end] + answer[one.end :]
        behind = found[1].start if len(found) > 1 else one.end
        return answer[: one.start] + answer[behind:]
    return answer


def _last(answer: bytes, key: bytes) -> Member | None:
    """The member that a reader would take, should there be two."""
    return next((one for one in reversed(list(members(answer))) if one.key == key), None)
