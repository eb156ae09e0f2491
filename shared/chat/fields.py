"""Fields of a chat that spend more, or reach further, than a chat: the operator allows them."""

from collections.abc import Collection, Mapping
from typing import Any

from shared.errors import RequestError
from shared.settings.readers import RESTRICTED_FIELDS

MOST_ANSWERS = 4
#: Values that are the same as leaving the field out, by field.
HARMLESS: Mapping[str, tuple[object, ...]] = {
    "data_sources": (None, []),  # reads from any address with the app's identity
    "n": (None,),  # answers, each of which is paid for
    "service_tier": (None, "auto", "default"),  # priority has prices of its own
    "store": (None, False),  # keeps the conversation at the service
    "web_search_options": (None,),  # searches are paid for, and sent elsewhere
}


def check(fields: Mapping[str, Any], allowed: Collection[str]) -> None:
    """Check that a chat has no field that the operator does not allow.

    Args:
        fields: The chat's.
        allowed: Restricted fields that callers may send.

    Raises:
        RequestError: 400, naming the field and the setting that allows it.
    """
    for name in RESTRICTED_FIELDS & fields.keys():
        if name in allowed or _is_harmless(name, fields[name]):
            continue
        what = f"{name} above {MOST_ANSWERS}" if name == "n" else f"the field {name}"
        raise RequestError(
            "field_not_allowed",
            f"This app does not allow {what}.",
            hint=f"Leave it out, or ask the operator to list {name} in CHAT_FIELDS.",
            param=name,
        )


def _is_harmless(name: str, value: object) -> bool:
    # What is no number is the service's to refuse.
    if name == "n" and not (isinstance(value, int | float) and value > MOST_ANSWERS):
        return True
    return value in HARMLESS[name]
