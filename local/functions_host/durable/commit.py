"""Writes down what an episode decided: history, work, timers, children, the parent's result."""

import json
import sqlite3
import uuid
from dataclasses import dataclass, field

from local.functions_host.durable import events, instances
from local.functions_host.durable.actions import Answer
from local.functions_host.durable.activities import Work
from local.functions_host.durable.episode import Episode, reasons
from local.functions_host.durable.events import Event, Kind
from local.functions_host.durable.instances import Start
from local.functions_host.durable.net_json import dump
from local.functions_host.durable.replay import Outcome
from local.functions_host.durable.script import Task
from local.functions_host.durable.stamps import parse


@dataclass(slots=True)
class Effects:
    """What is to be set going once the transaction is on disk."""

    work: list[Work] = field(default_factory=list)
    timers: list[tuple[int, float]] = field(default_factory=list)
    ended_timers: list[int] = field(default_factory=list)
    wake: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Commit:
    """One episode's decision, ready to be written.

    `at` and `now` are the same time, as a time stamp and in Unix time.
    """

    episode: Episode
    answer: Answer
    outcome: Outcome
    at: str
    now: float
    effects: Effects = field(default_factory=Effects)

    def write(self, db: sqlite3.Connection) -> Effects:
        """Write everything; nothing if the instance is gone or was started over meanwhile."""
        row = instances.find(db, self.episode.id)
        instances.take(db, self.episode.positions)
        if row is None or row["execution"] != self.episode.row["execution"]:
            return self.effects
        if self.outcome.status == "ContinuedAsNew":
            self._continue(db)
        else:
            self._extend_history(db)
            for task in self.outcome.scheduled:
                self._begin(db, task)
            self._update(db)
        if self.episode.fresh and instances.inbox(db, self.episode.id):
            # A generation's first episode takes no messages; theirs was the wake that it used up.
            self.effects.wake.append(self.episode.id)
        return self.effects

    def _extend_history(self, db: sqlite3.Connection) -> None:
        written = [events.to_past_event(event) for event in self.episode.new]
        if self.episode.fresh:
            db.execute("DELETE FROM history WHERE instance = ?", (self.episode.id,))
            written[-1] = written[-1] | {"IsPlayed": True}
        written += [self._scheduled_event(task) for task in self.outcome.scheduled]
        if self._is_final:
            number, status, result = (
                self.outcome.next_number,
                self.outcome.status,
                self.outcome.result,
            )
            written.append(events.execution_completed_event(self.at, number, status, result))
        # A fresh generation has one already; a second only closes what it asked for.
        if self.outcome.scheduled or not self.episode.fresh:
            written.append(events.orchestrator_completed_event(self.at))
        instances.append(db, self.episode.id, len(self.episode.past), written)

    @property
    def _is_final(self) -> bool:
        return self.outcome.status not in ("Running", "Suspended")

    def _scheduled_event(self, task: Task) -> Event:
        if task.kind == Kind.TaskScheduled:
            return events.task_scheduled_event(self.at, task.number, task.name)
        if task.kind == Kind.TimerCreated:
            return events.timer_created_event(self.at, task.number, task.fire_at)
        return events.sub_orchestration_created_event(
            self.at, task.number, task.name, self._child_id(task)
        )

    def _child_id(self, task: Task) -> str:
        return task.instance or f"{self.episode.row['execution']}:{task.number:x}"

    def _begin(self, db: sqlite3.Connection, task: Task) -> None:
        if task.kind == Kind.TaskScheduled:
            self._add_work(db, task)
        elif task.kind == Kind.TimerCreated:
            self._add_timer(db, task)
        else:
            self._start_child(db, task)

    def _add_work(self, db: sqlite3.Connection, task: Task) -> None:
        row = db.execute(
            "INSERT INTO work(instance, execution, number, name, input) VALUES (?, ?, ?, ?, ?)"
            " RETURNING *",
            (self.episode.id, self.episode.row["execution"], task.number, task.name, task.input),
        ).fetchone()
        self.effects.work.append(Work.from_row(row))

    def _add_timer(self, db: sqlite3.Connection, task: Task) -> None:
        due = parse(task.fire_at).timestamp()
        event = events.timer_fired_event(self.at, task.number, task.fire_at)
        position = db.execute(
            "INSERT INTO timers(instance, execution, due, event) VALUES (?, ?, ?, ?)",
            (self.episode.id, self.episode.row["execution"], due, dump(event)),
        ).lastrowid
        self.effects.timers.append((position or 0, due))

    def _start_child(self, db: sqlite3.Connection, task: Task) -> None:
        child = self._child_id(task)
        execution = self.episode.row["execution"]
        parent = events.parent_instance(self.episode.name, self.episode.id, execution, task.number)
        text = None if task.input is None else dump(task.input)
        new = Start(child, task.name, text, parent, execution=uuid.uuid4().hex)
        # As in Azure, a running instance with this id is replaced without a word.
        self.effects.ended_timers += instances.replace_running(db, child)
        instances.start(db, new, at=self.at, now=self.now)
        self.effects.wake.append(child)

    # ---- the instance itself

    def _update(self, db: sqlite3.Connection) -> None:
        status, result = self.outcome.status, self.outcome.result
        output = result
        if not self._is_final or result is None:  # nothing overwrites what a status shows already
            output = self.episode.row["output"]
            for reason in reasons(self.episode.new):
                output = reason
        db.execute(
            "UPDATE instances SET status = ?, output = ?, custom_status = ?, updated = ?, fresh = 0"
            " WHERE id = ?",
            (status, output, self._custom_status, self.now, self.episode.id),
        )
        if self._is_final:
            self._end(db)

    @property
    def _custom_status(self) -> str | None:
        # What an answer omits is cleared, but a generation begins with the status before it.
        if self.answer.custom_status is None and self.episode.fresh:
            kept: str | None = self.episode.row["custom_status"]
            return kept
        return self.answer.custom_status

    def _end(self, db: sqlite3.Connection) -> None:
        self._drop_timers(db)
        db.execute("DELETE FROM inbox WHERE instance = ?", (self.episode.id,))
        if self.episode.row["parent"]:
            self._send_to_parent(db, json.loads(self.episode.row["parent"]))

    def _drop_timers(self, db: sqlite3.Connection) -> None:
        self.effects.ended_timers += instances.drop_timers(db, self.episode.id)
        self.effects.timers.clear()

    def _send_to_parent(self, db: sqlite3.Connection, parent: Event) -> None:
        who, number = parent["OrchestrationInstance"], parent["TaskScheduleId"]
        if self.outcome.status == "Completed":
            event = events.result_event(self.at, number, self.outcome.result, sub=True)
        else:
            reason, details = self.outcome.result, self.outcome.details
            event = events.failure_event(self.at, number, reason, details, sub=True)
        instances.send(db, who["InstanceId"], who["ExecutionId"], event)
        self.effects.wake.append(who["InstanceId"])

    def _continue(self, db: sqlite3.Connection) -> None:
        execution = uuid.uuid4().hex
        text = None if self.outcome.result is None else dump(self.outcome.result)
        parent = self.episode.row["parent"]
        start = Start(
            self.episode.id,
            self.episode.name,
            text,
            parent and json.loads(parent),
            self.episode.source,
        )
        carried = [event | {"IsPlayed": True} for event in self.outcome.carried]
        history = [
            events.orchestrator_started_event(self.at),
            start.event(execution, self.at),
            *carried,
            events.orchestrator_completed_event(self.at),
        ]
        self._drop_timers(db)
        db.execute("DELETE FROM history WHERE instance = ?", (self.episode.id,))
        instances.append(db, self.episode.id, 0, history)
        db.execute(
            "UPDATE instances SET execution = ?, status = 'Running', input = ?,"
            " custom_status = ?, created = ?, updated = ?, fresh = 1 WHERE id = ?",
            (execution, text, self.answer.custom_status, self.now, self.now, self.episode.id),
        )
        self.effects.wake.append(self.episode.id)
