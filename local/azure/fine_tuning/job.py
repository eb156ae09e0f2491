"""One fine-tuning job: its row, how far it is, and what the API shows of it."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from local.azure.transitions import Transition, parse

from .training import CHECKPOINTS_KEPT, Plan

TERMINAL = {"succeeded", "failed", "cancelled"}
SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT UNIQUE NOT NULL, created_at REAL NOT NULL,
    model TEXT NOT NULL, root TEXT NOT NULL, training_file TEXT NOT NULL, validation_file TEXT,
    suffix TEXT, seed INTEGER NOT NULL, hyperparameters TEXT NOT NULL, training_type TEXT,
    method TEXT, metadata TEXT, integrations TEXT, plan TEXT NOT NULL,
    queue_rule TEXT NOT NULL, job_rule TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'pending', reads INTEGER NOT NULL DEFAULT 0,
    segment_at REAL, done REAL NOT NULL DEFAULT 0, share REAL, reported INTEGER NOT NULL DEFAULT 0,
    pauses TEXT NOT NULL DEFAULT '[]', finished_at REAL, error TEXT,
    deleted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS jobs_by_status ON jobs (status);
CREATE TABLE IF NOT EXISTS job_events (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL, job TEXT NOT NULL, created_at REAL NOT NULL, level TEXT NOT NULL,
    message TEXT NOT NULL, data TEXT
);
CREATE INDEX IF NOT EXISTS job_events_by_job ON job_events (job);
"""


@dataclass(frozen=True)
class Job:
    """A job as its row has it.

    It trains since `segment_at`, with `done` of it (0 to 1) trained before that; `share` is what
    was trained when it was paused or over.
    """

    id: str
    created_at: float
    model: str
    root: str
    training_file: str
    validation_file: str | None
    suffix: str | None
    seed: int
    hyperparameters: dict[str, Any]
    training_type: str | None
    method: dict[str, Any] | None
    metadata: dict[str, str] | None
    integrations: list[dict[str, Any]] | None
    plan: Plan
    queue_rule: Transition
    job_rule: Transition
    status: str
    reads: int
    segment_at: float
    done: float
    share: float | None
    reported: int
    pauses: list[int]
    finished_at: float | None
    error: dict[str, Any] | None
    deleted: int

    @classmethod
    def from_row(cls, row: sqlite3.Row) -> "Job":
        """A job from its row."""
        values = {name: row[name] for name in row.keys() if name != "number"}  # noqa: SIM118
        for name in ("hyperparameters", "method", "metadata", "integrations", "pauses", "error"):
            values[name] = json.loads(values[name]) if values[name] else None
        values["plan"] = Plan(**json.loads(values["plan"]))
        values["queue_rule"] = parse(values["queue_rule"])
        values["job_rule"] = parse(values["job_rule"])
        values["segment_at"] = values["segment_at"] or 0.0
        return cls(**values)

    @property
    def key(self) -> str:
        """The hexadecimal part that the ids of a job, its model and its results share."""
        return self.id.removeprefix("ftjob-")

    @property
    def tuned_model(self) -> str:
        """The id that the tuned model gets."""
        return f"{self.root}.ft-{self.key}" + (f"-{self.suffix}" if self.suffix else "")

    @property
    def result_file(self) -> str:
        """The id of the results file."""
        return f"file-{self.key[::-1]}"

    def progress(self, now: float) -> float:
        """How much of the training is done, from 0 to 1, while it runs or where it stopped."""
        if self.status != "running":
            return self.share or 0.0
        return min(1.0, self.done + self.job_rule.progress(self.segment_at, now, self.reads))

    def time_at(self, share: float) -> float:
        """When the training reaches `share`; for the time before a pause, the time it went on."""
        return self.job_rule.time_at(self.segment_at, max(0.0, share - self.done))

    def completed_steps(self, now: float) -> int:
        """How many steps are trained."""
        return int(self.progress(now) * self.plan.steps)

    def trained_tokens(self) -> int:
        """The tokens that are billed, for what is done."""
        return round(self.plan.tokens * (self.share or 0.0))

    def trained_hours(self) -> float | None:
        """The hours that are billed, for what is done; None where tokens are billed instead."""
        if (self.method or {}).get("type") != "reinforcement":
            return None
        return round(self.job_rule.seconds * (self.share or 0.0) / 3600, 3)

    def checkpoint_steps(self, now: float) -> list[int]:
        """The steps of the checkpoints that exist and are kept, oldest first."""
        reached = self.completed_steps(now)
        steps = sorted({*self.plan.epoch_ends(), *self.pauses})
        return [step for step in steps if step <= reached][-CHECKPOINTS_KEPT:]

    def checkpoint_id(self, step: int) -> str:
        """The id by which the checkpoint of a step can be deployed."""
        return f"ftchkpt-{self.key[:24]}{step:08x}"

    def estimated_finish(self) -> int:
        """When it should be done; the service always gives a time."""
        start = self.segment_at or self.queue_rule.time_at(self.created_at, 1.0)
        return round(self.finished_at or self.job_rule.time_at(start, 1.0 - self.done) + 1)

    def to_json(self) -> dict[str, Any]:
        """The job object, with nulls and absent keys as the service has them."""
        body: dict[str, Any] = {
            "id": self.id,
            "object": "fine_tuning.job",
            "created_at": int(self.created_at),
            "status": self.status,
            "model": self.model,
            "training_file": self.training_file,
            "validation_file": self.validation_file,
            "hyperparameters": self._hyperparameters(),
            "seed": self.seed,
            "estimated_finish": self.estimated_finish(),
            "fine_tuned_model": self.tuned_model if self.status == "succeeded" else None,
            "finished_at": int(self.finished_at) if self.finished_at else None,
            "result_files": [self.result_file] if self.status == "succeeded" else None,
            "trained_tokens": self.trained_tokens() if self.status == "succeeded" else None,
            "error": self.error,
        }
        optional = {
            "suffix": self.suffix,
            "trainingType": self.training_type,
            "method": self.method,
            "metadata": self.metadata,
            "integrations": self.integrations,
        }
        return body | {name: value for name, value in optional.items() if value is not None}

    def _hyperparameters(self) -> dict[str, Any]:
        if self.status == "pending":
            return self.hyperparameters
        chosen = {"n_epochs": self.plan.epochs, "batch_size": self.plan.batch_size}
        return self.hyperparameters | chosen
