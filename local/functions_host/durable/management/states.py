"""The states that `runtimeStatus` in a query names, as .NET reads an enumeration."""

import re
from collections.abc import Iterable

_STATES = (
    "Running",
    "Completed",
    "ContinuedAsNew",
    "Failed",
    "Canceled",
    "Terminated",
    "Pending",
    "Suspended",
)
_PURGED = frozenset({"Completed", "Failed", "Canceled", "Terminated"})
_NUMBER = re.compile(r"[+-]?\d{1,9}", re.ASCII)


def to_list(names: Iterable[str]) -> tuple[str, ...]:
    """The states to list, none for all; what is no state is ignored.

    Case matters. A number is a place in the enumeration; one without a state matches nothing.

    Raises:
        ValueError: `Unknown` (or -1), which the API knows and the task hub does not.
    """
    found = [_state(name) for name in names]
    if "Unknown" in found:
        raise ValueError("Requested value 'Unknown' was not found.")
    return tuple(state for state in found if state)


def to_purge(names: Iterable[str]) -> tuple[str, ...]:
    """The states to purge, none for all: only states of ended instances count.

    So, as in Azure, a filter of nothing but `Pending` or `Running` purges everything.
    """
    return tuple(state for name in names if (state := _state(name)) in _PURGED)


def _state(name: str) -> str:
    if _NUMBER.fullmatch(name):
        place = int(name)
        if place == -1:
            return "Unknown"
        return _STATES[place] if 0 <= place < len(_STATES) else name
    return name if name in _STATES or name == "Unknown" else ""
