"""POST instances/{id}/raiseEvent/{name}: an external event for an instance."""

import sqlite3

from starlette.responses import Response

from local.functions_host.durable import instances
from local.functions_host.durable.events import Event, event_raised
from local.functions_host.durable.management.answers import bad_json, empty, message
from local.functions_host.durable.management.call import Call
from local.functions_host.durable.net_json import Unreadable, dump, load


async def raise_event(call: Call, instance: str, name: str) -> Response:
    """Put an event into the inbox, waited for or not: 202, 404, 410, then 400 for the body."""
    row = await call.engine.store.read(lambda db: instances.find(db, instance))
    if row is None:
        return empty(404)
    if row["status"] not in instances.LIVE:
        return empty(410)
    if not _is_json(call.request.headers.get("content-type", "")):
        return message("Only application/json request content is supported", 400)
    try:
        value = load(await call.body())
    except Unreadable as fault:
        return bad_json(fault)
    return await _send(call, instance, event_raised(call.now()[0], name, dump(value)))


def _is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == "application/json"


async def _send(call: Call, instance: str, event: Event) -> Response:
    with call.engine.clock.busy():
        if not await call.engine.store.write(lambda db: _put(db, instance, event)):
            return empty(410)
        call.engine.wake(instance)
    return empty(202)


def _put(db: sqlite3.Connection, instance: str, event: Event) -> bool:
    row = instances.find(db, instance)
    if row is None or row["status"] not in instances.LIVE:
        return False
    instances.send(db, instance, None, event)
    return True
