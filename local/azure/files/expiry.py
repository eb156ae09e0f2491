"""How long a file is kept: `expires_after`, as a form's fields or in a JSON body."""

import re
from collections.abc import Mapping
from typing import Any

from local.azure.errors import invalid

SHORTEST, LONGEST = 3600, 30 * 24 * 3600
_ANCHOR = "created_at"


def from_form(fields: Mapping[str, str]) -> int | None:
    """The seconds in `expires_after[seconds]` of a form; None if the file is kept for good.

    Raises:
        ServiceError: 400 for an anchor or a number that cannot be.
    """
    if not any(name.startswith("expires_after[") for name in fields):
        return None
    seconds = fields.get("expires_after[seconds]", "")
    whole = int(seconds) if re.fullmatch("[0-9]{1,9}", seconds) else seconds
    return _check(fields.get("expires_after[anchor]"), whole)


def from_json(value: Any) -> int | None:
    """The seconds of a body's `expires_after`; None if the file is kept for good.

    Raises:
        ServiceError: 400 for anything else than an object of an anchor and seconds.
    """
    if value is None:
        return None
    if not isinstance(value, dict):
        raise invalid(f"expires_after {value!r} must be an object", "expires_after")
    return _check(value.get("anchor"), value.get("seconds"))


def _check(anchor: Any, seconds: Any) -> int:
    if anchor != _ANCHOR:
        raise invalid(f"expires_after.anchor {anchor!r} must be {_ANCHOR!r}", "expires_after")
    whole = isinstance(seconds, int) and not isinstance(seconds, bool)
    if not whole or not SHORTEST <= seconds <= LONGEST:
        message = f"expires_after.seconds {seconds!r} must be from {SHORTEST} to {LONGEST}"
        raise invalid(message, "expires_after")
    return int(seconds)
