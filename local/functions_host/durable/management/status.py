"""GET instances/{id}: how an instance stands, with its history if asked for."""

import json
import sqlite3
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from local.functions_host.durable import instances
from local.functions_host.durable.management.answers import bad_argument, body, empty
from local.functions_host.durable.management.call import Call
from local.functions_host.durable.management.history import TwiceScheduled, history_events
from local.functions_host.durable.net_json import show
from local.functions_host.durable.stamps import to_the_second

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


def _answer(call: Call, row: sqlite3.Row, about: dict[str, Any]) -> Response:
    if row["status"] in instances.LIVE:
        location = quote(str(call.request.url), safe=_PLAIN)
        return body(about, 202, {"Location": location, "Retry-After": "5"})
    as_error = call.flag("returnInternalServerErrorOnFailure", default=False)
    return body(about, 500 if as_error and row["status"] == "Failed" else 200)


def _value(text: str | None) -> Any:
    return text and show(text)
