"""Makes one row of the many that the processes of the app wrote for a day that is over.

Every process has rows of its own (`table.py`), and the app's own chats have one each, so a year of
a busy app would be millions of rows to read for `GET usage`.
"""

import hashlib
import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from shared import clock
from shared.billing.usage.count import Count, Row, UsageKey
from shared.billing.usage.table import usage_table
from shared.errors import ServiceError

log = logging.getLogger("tunedrop.usage")

#: Days that are looked at; a round that did not come for so long leaves older ones as they are.
DAYS = 62
#: Of the end of a day, before which a process may still be writing what it counted on it.
SETTLED = timedelta(days=2)
_FOLDED = "folded"
_SOURCES = 99  # rows that one transaction takes into another; it has at most 100 changes
_CHANGED = (404, 409, 412)


def fold_usage() -> int:
    """Fold the rows of every day that is over into one for each use.

    Safe to repeat and to run twice at once: a use's rows and their sum change in one transaction,
    which fails as a whole if any of them has changed; they are folded the next day then.

    Returns:
        How many rows there are less.

    Raises:
        ServiceError: if storage refuses or does not answer.
    """
    fewer = 0
    while step := _fold_once():
        fewer += step
    return fewer


def _fold_once() -> int:
    last = clock.now().date() - SETTLED
    entities = usage_table().entities(last - timedelta(days=DAYS), last)
    groups: dict[UsageKey, list[Any]] = {}
    for entity in entities:
        groups.setdefault(Row.from_entity(dict(entity)).use, []).append(entity)
    return sum(_fold(use, group) for use, group in groups.items() if len(group) > 1)


def _fold(use: UsageKey, entities: Iterable[Any]) -> int:
    key = _key(use)
    found = {entity["RowKey"]: entity for entity in entities}
    folded = found.pop(key, None)
    sources = list(found.values())[:_SOURCES]
    rows = [Row.from_entity(dict(entity)) for entity in (*sources, *([folded] if folded else []))]
    whole = Row(use, sum((row.count for row in rows), Count()))
    try:
        usage_table().merge(whole.to_entity(key), folded, sources)
    except ServiceError as error:
        if error.status not in _CHANGED:
            raise
        log.info("the use of %s changed while it was folded; it is folded tomorrow", use.day)
        return 0
    return len(sources) - (0 if folded else 1)


def _key(use: UsageKey) -> str:
    what = f"{use.key}\n{use.model}\n{use.run}\n{use.base_model}"
    return f"{use.day}-{_FOLDED}-{hashlib.sha256(what.encode()).hexdigest()}"
