"""GET instances/{id}, how an instance stands, with its history if asked for; GET instances, all.

A list has at most 100 instances, as in Azure; the pages after it are refused.
"""

import json
import sqlite3
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from local.functions_host.durable import instances
from local.functions_host.durable.management.call import (
    Call,
    bad_argument,
    body,
    empty,
    unsupported_response,
)
from local.functions_host.durable.management.history import TwiceScheduled, history_events
from local.functions_host.durable.net_json import show
from local.functions_host.durable.stamps import to_the_second

_TOKEN = "x-ms-continuation-token"  # noqa: S105 - the name of a header
_PAGE = 100
_STATES = (
    *("Completed", "Failed", "Canceled", "Terminated"),
    *("Running", "ContinuedAsNew", "Pending", "Suspended"),
)
_PLAIN = "%/:?#[]@!$&'()*+,;=~"  # what an address may have as it is


def describe(row: sqlite3.Row, *, with_input: bool = True) -> dict[str, Any]:
    """The status body of an instance: all members, null ones too, but no parent if it has none."""
    parent = row["parent"] and json.loads(row["parent"])["OrchestrationInstance"]["InstanceId"]
    return {
        "name": row["name"],
        "instanceId": row["id"],
        **({"parentInstanceId": parent} if parent else {}),
        "runtimeStatus": row["status"],
        "input": _value(row["input"]) if with_input else None,
        "customStatus": _value(row["custom_status"]),
        "output": _value(row["output"]),
        "createdTime": to_the_second(row["created"]),
        "lastUpdatedTime": to_the_second(row["updated"]),
    }


async def get(call: Call, instance: str) -> Response:
    """Answer 200, 202 while it is not finished, 404, or 500 for a failed one if asked so."""
    row, history = await call.engine.store.read(
        lambda db: (instances.find(db, instance), instances.history(db, instance))
    )
    if row is None:
        return empty(404)
    inputs = call.flag("showInput", default=True)
    about = describe(row, with_input=inputs)
    if call.flag("showHistory", default=False):
        results = call.flag("showHistoryOutput", default=False)
        try:
            about["historyEvents"] = history_events(
                map(json.loads, history), inputs=inputs, results=results
            )
        except TwiceScheduled as error:
            return bad_argument(str(error))
    return _answer(call, row, about)


async def list_instances(call: Call) -> Response:
    """Answer the first 100 instances by id, of those that times, states and prefix leave.

    The header with a token says whether there are more; to ask for these is 501.
    """
    if call.text("top") or call.request.headers.get(_TOKEN, "null") not in ("", "null"):
        return unsupported_response("pages of a list of instances (top, continuation tokens)")
    try:
        where, values = _filter(call)
    except ValueError as error:
        return bad_argument(str(error))
    sql = f"SELECT * FROM instances WHERE {where} ORDER BY id LIMIT {_PAGE + 1}"  # noqa: S608 - ours
    rows = await call.engine.store.read(lambda db: db.execute(sql, values).fetchall())
    with_input = call.flag("showInput", default=True)
    page = [describe(row, with_input=with_input) for row in rows[:_PAGE]]
    return body(page, headers={_TOKEN: "more" if len(rows) > _PAGE else ""})


def _filter(call: Call) -> tuple[str, list[Any]]:
    """The filters of a call as an SQL condition over the table of instances, and its values."""
    since, until = call.time("createdTimeFrom"), call.time("createdTimeTo")
    prefix = call.text("instanceIdPrefix") or ""
    states = [
        name.strip() for name in (call.text("runtimeStatus") or "").split(",") if name.strip()
    ]
    for name in states:
        if name not in _STATES:
            raise ValueError(f"runtimeStatus is {name!r}: write one of {', '.join(_STATES)}.")
    terms: dict[str, list[Any]] = {
        "created >= ?": [] if since is None else [since],
        "created <= ?": [] if until is None else [until],
        f"status IN ({','.join('?' * len(states))})": [*states],
        "substr(id, 1, length(?)) = ?": [prefix, prefix] if prefix else [],
    }
    used = {term: values for term, values in terms.items() if values}
    return " AND ".join(["1", *used]), [value for values in used.values() for value in values]


def _answer(call: Call, row: sqlite3.Row, about: dict[str, Any]) -> Response:
    if row["status"] in instances.LIVE:
        location = quote(str(call.request.url), safe=_PLAIN)
        return body(about, 202, {"Location": location, "Retry-After": "5"})
    as_error = call.flag("returnInternalServerErrorOnFailure", default=False)
    return body(about, 500 if as_error and row["status"] == "Failed" else 200)


def _value(text: str | None) -> Any:
    return text and show(text)
