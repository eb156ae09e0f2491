"""DELETE instances: remove what has ended, or whatever a filter matches."""

import sqlite3

from starlette.responses import Response

from local.functions_host.durable import instances
from local.functions_host.durable.management.answers import bad_argument, body, empty
from local.functions_host.durable.management.call import Call
from local.functions_host.durable.management.listing import Filter


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


async def purge_by_filter(call: Call) -> Response:
    """Remove all that match: 200, 404 for none, 400 without createdTimeFrom.

    Like the extension this removes running instances too, unless `runtimeStatus` names a state of
    ended ones, and ignores `instanceIdPrefix`.
    """
    try:
        chosen = Filter.of_purge(call)
    except ValueError as error:
        return bad_argument(str(error))
    if chosen.since is None:
        return body("Please provide value for 'createdTimeFrom' parameter.", 400)
    count, timers = await call.engine.store.write(lambda db: _purge_all(db, chosen))
    call.engine.forget_timers(timers)
    return body({"instancesDeleted": count}) if count else empty(404)


def _purge(db: sqlite3.Connection, instance: str) -> str | None:
    row = instances.find(db, instance)
    if row is None:
        return None
    status: str = row["status"]
    if status not in instances.LIVE:
        instances.forget(db, instance)
    return status


def _purge_all(db: sqlite3.Connection, chosen: Filter) -> tuple[int, list[int]]:
    where, values = chosen.where()
    sql = f"SELECT id FROM instances WHERE {where}"  # noqa: S608 - ours
    found = [row[0] for row in db.execute(sql, values).fetchall()]
    timers: list[int] = []
    for instance in found:
        timers += instances.forget(db, instance)
    return len(found), timers
