"""GET instances: a page of instances, filtered; the rest follows by continuation token."""

import base64
import binascii
import sqlite3
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from local.functions_host.durable.management.answers import bad_argument, body
from local.functions_host.durable.management.call import Call
from local.functions_host.durable.management.status import describe

TOKEN = "x-ms-continuation-token"  # noqa: S105 - the name of a header
_PAGE = 100
_ENDED = ("Completed", "Failed", "Canceled", "Terminated")
_STATES = (*_ENDED, "Running", "ContinuedAsNew", "Pending", "Suspended")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which instances are meant; times are Unix times, None means no limit."""

    since: float | None = None
    until: float | None = None
    states: tuple[str, ...] = ()
    prefix: str | None = None

    @classmethod
    def of(cls, call: Call) -> "Filter":
        """What a call lists.

        Raises:
            ValueError: a time, or a state, that this host does not know.
        """
        return cls(
            since=call.time("createdTimeFrom"),
            until=call.time("createdTimeTo"),
            states=_states(call),
            prefix=call.text("instanceIdPrefix"),
        )

    @classmethod
    def of_purge(cls, call: Call) -> "Filter":
        """What a call purges; a prefix and other states play no part, as with the extension.

        So, as in Azure, a filter of nothing but `Pending` or `Running` purges everything.

        Raises:
            ValueError: a time, or a state, that this host does not know.
        """
        return cls(
            since=call.time("createdTimeFrom"),
            until=call.time("createdTimeTo"),
            states=tuple(state for state in _states(call) if state in _ENDED),
        )

    def where(self) -> tuple[str, list[Any]]:
        """An SQL condition over the table of instances, and its values."""
        terms, values = ["1"], list[Any]()
        if self.since is not None:
            terms.append("created >= ?")
            values.append(self.since)
        if self.until is not None:
            terms.append("created <= ?")
            values.append(self.until)
        if self.states:
            terms.append(f"status IN ({','.join('?' * len(self.states))})")
            values += self.states
        if self.prefix:
            terms.append("substr(id, 1, ?) = ?")
            values += [len(self.prefix), self.prefix]
        return " AND ".join(terms), values


async def list_instances(call: Call) -> Response:
    """Answer a page, by instance id; the token's header is empty on the last one."""
    try:
        chosen = Filter.of(call)
    except ValueError as error:
        return bad_argument(str(error))
    top = call.whole("top")
    if top is not None and top < 1:
        return bad_argument("Take count must be positive and greater than 0.")
    after = _decode(call.request.headers.get(TOKEN, ""))
    if after is None:
        return body([], headers={TOKEN: ""})
    size = top or _PAGE
    rows = await call.engine.store.read(lambda db: _page(db, chosen, after, size + 1))
    token = _encode(rows[size]["id"]) if len(rows) > size else ""
    with_input = call.flag("showInput", default=True)
    page = [describe(row, with_input=with_input) for row in rows[:size]]
    return body(page, headers={TOKEN: token})


def _states(call: Call) -> tuple[str, ...]:
    names = call.texts("runtimeStatus")
    for name in names:
        if name not in _STATES:
            raise ValueError(f"runtimeStatus is {name!r}: write one of {', '.join(_STATES)}.")
    return tuple(names)


def _page(db: sqlite3.Connection, chosen: Filter, after: str, size: int) -> list[sqlite3.Row]:
    where, values = chosen.where()
    sql = f"SELECT * FROM instances WHERE id >= ? AND {where} ORDER BY id LIMIT ?"  # noqa: S608 - ours
    return db.execute(sql, (after, *values, size)).fetchall()


def _encode(instance: str) -> str:
    return base64.b64encode(instance.encode()).decode()


def _decode(token: str) -> str | None:
    if token in ("", "null"):
        return ""
    try:
        return base64.b64decode(token, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
