"""Rows of the state: reading and changing instances, their messages and what they wait for.

Each function takes the connection that `Store` hands to a change; together they are the vocabulary
in which the engine and the management API speak about the state.
"""

import json
import sqlite3
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from local.functions_host.durable.events import Event, execution_started_event
from local.functions_host.durable.net_json import dump

LIVE = frozenset({"Pending", "Running", "Suspended"})
"""States in which an instance can still do something."""

SOURCE_TAG = "MS_DurableFunctions_SourceInstanceId"
"""Names the instance of which this one is a restart."""


class AlreadyExists(Exception):  # noqa: N818 - an answer to the caller, 409
    """An instance with this id is alive.

    Args:
        status: What it is doing: Pending, Running or Suspended.
    """

    def __init__(self, status: str) -> None:
        super().__init__(f"An Orchestration instance with the status {status} already exists.")
        self.status = status


@dataclass(frozen=True, slots=True)
class Start:
    """A new execution to be started."""

    instance: str
    name: str
    input: str | None
    parent: Event | None = None
    source: str | None = None
    """The instance of which this is a restart."""
    execution: str | None = None

    def event(self, execution: str, at: str, generation: int | None = None) -> Event:
        """Its ExecutionStarted; `generation` counts the client starts under this id."""
        tags = {SOURCE_TAG: self.source} if self.source else None
        return execution_started_event(
            at,
            instance=self.instance,
            execution=execution,
            name=self.name,
            input_text=self.input,
            parent=self.parent,
            tags=tags,
            generation=generation,
        )


def find(db: sqlite3.Connection, instance: str) -> sqlite3.Row | None:
    """The row of an instance, or None."""
    row: sqlite3.Row | None = db.execute(
        "SELECT * FROM instances WHERE id = ?", (instance,)
    ).fetchone()
    return row


def start(db: sqlite3.Connection, new: Start, *, at: str, now: float) -> str:
    """Create an instance in the state Pending, over a finished one with the same id if need be.

    A child shows the finished one's output until it has one of its own, as in Azure.

    Returns:
        The new execution id.

    Raises:
        AlreadyExists: One with this id is alive.
    """
    old = find(db, new.instance)
    generation, output = 0, None
    if old is not None:
        if old["status"] in LIVE:
            raise AlreadyExists(old["status"])
        generation = old["generation"] + 1
        output = old["output"] if new.parent else None
        forget(db, new.instance)
    execution = new.execution or str(uuid.uuid4())
    event = new.event(execution, at, None if new.parent else generation)
    db.execute(
        "INSERT INTO instances(id, execution, name, status, input, output, created, updated,"
        " parent, generation) VALUES (?, ?, ?, 'Pending', ?, ?, ?, ?, ?, ?)",
        (
            new.instance,
            execution,
            new.name,
            new.input,
            output,
            now,
            now,
            new.parent and dump(new.parent),
            generation,
        ),
    )
    send(db, new.instance, execution, event)
    return execution


def send(db: sqlite3.Connection, instance: str, execution: str | None, event: Event) -> None:
    """Put a message into an instance's inbox; None as `execution` means whichever is alive."""
    db.execute(
        "INSERT INTO inbox(instance, execution, event) VALUES (?, ?, ?)",
        (instance, execution, dump(event)),
    )


def inbox(db: sqlite3.Connection, instance: str) -> list[sqlite3.Row]:
    """The messages that wait for an instance, in order of arrival."""
    return db.execute(
        "SELECT position, execution, event FROM inbox WHERE instance = ? ORDER BY position",
        (instance,),
    ).fetchall()


def take(db: sqlite3.Connection, positions: Iterable[int]) -> None:
    """Remove messages that have been dealt with."""
    db.executemany("DELETE FROM inbox WHERE position = ?", [(p,) for p in positions])


def history(db: sqlite3.Connection, instance: str) -> list[str]:
    """The events of an instance as JSON texts, oldest first."""
    rows = db.execute("SELECT event FROM history WHERE instance = ? ORDER BY position", (instance,))
    return [row[0] for row in rows]


def append(db: sqlite3.Connection, instance: str, position: int, events: Iterable[Event]) -> None:
    """Write events to a history, the first at `position`."""
    rows = [(instance, position + n, dump(event)) for n, event in enumerate(events)]
    db.executemany("INSERT INTO history VALUES (?, ?, ?)", rows)


def forget(db: sqlite3.Connection, instance: str) -> None:
    """Remove an instance that has ended, but not activities that run still."""
    db.execute("DELETE FROM instances WHERE id = ?", (instance,))
    db.execute("DELETE FROM history WHERE instance = ?", (instance,))
    db.execute("DELETE FROM inbox WHERE instance = ?", (instance,))


def replace_running(db: sqlite3.Connection, instance: str) -> list[int]:
    """End a running instance without a trace, so that `start` can take its place.

    Returns:
        The positions of its timers, which are gone.
    """
    row = find(db, instance)
    if row is None or row["status"] not in LIVE:
        return []
    db.execute("UPDATE instances SET status = 'Terminated' WHERE id = ?", (instance,))
    return drop_timers(db, instance)


def drop_timers(db: sqlite3.Connection, instance: str) -> list[int]:
    """Remove the timers of an instance and return their positions."""
    sql = "DELETE FROM timers WHERE instance = ? RETURNING position"
    return [row[0] for row in db.execute(sql, (instance,)).fetchall()]


def read_event(row: Any) -> Event:
    """The event in a row."""
    event: Event = json.loads(row["event"])
    return event
