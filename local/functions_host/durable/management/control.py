"""POST instances/{id}/raiseEvent, terminate, suspend, resume and rewind; DELETE instances/{id}."""

import sqlite3
from collections.abc import Callable, Collection

from starlette.responses import Response

from local.functions_host.durable import events, instances
from local.functions_host.durable.events import Event
from local.functions_host.durable.management.call import (
    Call,
    bad_json,
    bad_state,
    body,
    empty,
    message,
    unsupported_response,
)
from local.functions_host.durable.net_json import Unreadable, dump, load

_Maker = Callable[[str, str | None], Event]


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
    event = events.external_event(call.now()[0], name, dump(value))
    with call.engine.clock.busy():
        status = await call.engine.store.write(lambda db: _put(db, instance, event, ()))
        if status not in instances.LIVE:
            return empty(410)
        call.engine.wake(instance)
    return empty(202)


async def terminate(call: Call, instance: str) -> Response:
    """End an instance: 202, 404, or 410 when it has ended. Its children go on."""
    return await _send(call, instance, events.execution_terminated_event)


async def suspend(call: Call, instance: str) -> Response:
    """Halt an instance; 500 if it is halted already, as the extension answers."""
    return await _send(call, instance, events.execution_suspended_event, "suspend", {"Suspended"})


async def resume(call: Call, instance: str) -> Response:
    """Let a halted instance go on; 500 if it is not halted."""
    return await _send(
        call, instance, events.execution_resumed_event, "resume", {"Pending", "Running"}
    )


async def rewind(call: Call, instance: str) -> Response:
    """Not supported: 501 where Azure would rewind, 404 and 412 as there."""
    row = await call.engine.store.read(lambda db: instances.find(db, instance))
    if row is None:
        # The only 404 with a body.
        return body(f'No orchestration with instance ID "${instance}" found.', 404)
    if row["status"] != "Failed":
        text = (
            f"This orchestration has status {row['status']}, but only orchestrations in the "
            '"Failed" state can be rewound.'
        )
        return body(text, 412)
    return unsupported_response("rewind")


async def purge(call: Call, instance: str) -> Response:
    """Remove one instance: 200, 404, or 412 while it has not ended. Children stay."""
    status = await call.engine.store.write(lambda db: _purge(db, instance))
    if status is None:
        return empty(404)
    if status in instances.LIVE:
        text = (
            "Only orchestrations in a terminal state can be purged, but the orchestration with "
            f"instance ID {instance} has status {status}"
        )
        return body(text, 412)
    return body({"instancesDeleted": 1})


async def _send(
    call: Call,
    instance: str,
    make: _Maker,
    verb: str = "",
    wrong: Collection[str] = (),
) -> Response:
    event = make(call.now()[0], call.text("reason"))
    with call.engine.clock.busy():
        status = await call.engine.store.write(lambda db: _put(db, instance, event, wrong))
        if status is None:
            return empty(404)
        if status not in instances.LIVE:
            return empty(410)
        if status in wrong:
            return bad_state(
                f"Cannot {verb} the orchestration instance {instance} because instance is in the "
                f"{status} state."
            )
        call.engine.wake(instance)
    return empty(202)


def _put(db: sqlite3.Connection, instance: str, event: Event, wrong: Collection[str]) -> str | None:
    row = instances.find(db, instance)
    if row is None:
        return None
    status: str = row["status"]
    if status in instances.LIVE and status not in wrong:
        instances.send(db, instance, None, event)
    return status


def _purge(db: sqlite3.Connection, instance: str) -> str | None:
    row = instances.find(db, instance)
    if row is None:
        return None
    status: str = row["status"]
    if status not in instances.LIVE:
        instances.forget(db, instance)
    return status


def _is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == "application/json"
