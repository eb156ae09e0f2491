"""Moves jobs along: from the queue into training, through its steps, to their end.

Called before every answer. Whatever became due since the last call is done in the order of its own
time, so that a clock that jumps over a month leaves the same trace as one that ticks.
"""

import secrets
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from local.azure.clock import Clock
from local.azure.database import Database
from local.azure.files.state import Files

from .job import Job

# jobs that run at once; Developer jobs have a limit of their own
DEVELOPER = "developerTier"
RUNNING_LIMITS = {DEVELOPER: 5}
RUNNING_LIMIT = 3
STEPS_BETWEEN_EVENTS = 10


@dataclass(frozen=True)
class Change:
    """Something that is due: a job starts or ends."""

    at: float
    job: Job
    starts: bool


class Progress:
    """What happens to jobs as time passes."""

    def __init__(self, database: Database, clock: Clock, files: Files) -> None:
        self._database, self._clock, self._files = database, clock, files

    def settle(self, since: float = 0.0) -> None:
        """Does everything that is due; no job starts before `since`."""
        now = self._clock.now()
        with self._database.transaction():
            while change := self._next_change(now, since):
                since = change.at
                self._apply(change)
            for job in self._jobs("running"):
                self._report(job, job.completed_steps(now))

    def end(self, job: Job, status: str, at: float, error: dict[str, Any] | None = None) -> None:
        """Writes the end of a job, with the share of it that was trained."""
        share = min(job.progress(at), job.plan.stop_at)
        values = {"status": status, "finished_at": at, "share": share, "error": error}
        self._database.update("jobs", "id", job.id, **values)

    def add_event(
        self, job: Job, message: str, at: float, *, level: str = "info", data: Any = None
    ) -> None:
        """Adds an event to a job."""
        self._database.insert(
            "job_events",
            id=f"ftevent-{secrets.token_hex(16)}",
            job=job.id,
            created_at=at,
            level=level,
            message=message,
            data=data,
        )

    def _jobs(self, status: str) -> list[Job]:
        sql = "SELECT * FROM jobs WHERE status = ? ORDER BY number"
        return [Job.from_row(row) for row in self._database.rows(sql, status)]

    def _next_change(self, now: float, since: float) -> Change | None:
        running = self._jobs("running")
        due = [Change(_end_of(job, now), job, False) for job in running if _is_over(job, now)]
        due += self._due_starts(running, now, since)
        return min(due, key=lambda change: change.at, default=None)

    def _due_starts(self, running: list[Job], now: float, since: float) -> list[Change]:
        used = Counter(_tier(job) for job in running)
        starts = []
        for job in self._jobs("pending"):
            ready = job.queue_rule.progress(job.created_at, now, job.reads) >= 1
            if used[_tier(job)] < RUNNING_LIMITS.get(_tier(job), RUNNING_LIMIT) and ready:
                at = max(job.queue_rule.time_at(job.created_at, 1.0), since)
                starts.append(Change(at, job, True))
        return starts

    def _apply(self, change: Change) -> None:
        if change.starts:
            # The read that saw it start is the first of its running time.
            values = {"status": "running", "segment_at": change.at, "reads": 1}
            self._database.update("jobs", "id", change.job.id, **values)
            self.add_event(change.job, "Job started.", change.at)
        elif change.job.plan.failure:
            self._fail(change.job, change.at)
        else:
            self._succeed(change.job, change.at)

    def _fail(self, job: Job, at: float) -> None:
        self._report(job, int(job.plan.stop_at * job.plan.steps))
        self.end(job, "failed", at, job.plan.failure)
        message = (job.plan.failure or {}).get("message", "")
        self.add_event(job, f"Job failed. {message}", at, level="error")

    def _succeed(self, job: Job, at: float) -> None:
        self._report(job, job.plan.steps)
        name = f"{job.id}-results.csv"
        self._files.add_result(job.result_file, name, job.plan.results(job.plan.steps))
        self._database.update("jobs", "id", job.id, status="succeeded", finished_at=at, share=1.0)
        # The row is the job as it was before its end.
        hours = replace(job, share=1.0).trained_hours()
        for message in (
            "Job succeeded.",
            "Model Evaluation Passed.",
            "Postprocessing started.",
            f"Completed results file: {job.result_file}",
            f"Training tokens billed: {job.plan.tokens}"
            if hours is None
            else f"Training hours billed: {hours:.3f}",
        ):
            self.add_event(job, message, at)

    def _report(self, job: Job, steps: int) -> None:
        """Adds the events of the steps that were trained since the last report."""
        first = job.reported + STEPS_BETWEEN_EVENTS
        last = job.reported
        for step in range(first, steps + 1, STEPS_BETWEEN_EVENTS):
            data = job.plan.metrics(step) | {"step": step}
            message = f"Step {step}: training loss={data['train_loss']}"
            self.add_event(job, message, job.time_at(step / job.plan.steps), data=data)
            last = step
        if last > job.reported:
            self._database.update("jobs", "id", job.id, reported=last)


def _tier(job: Job) -> str:
    return DEVELOPER if job.training_type == DEVELOPER else ""


def _is_over(job: Job, now: float) -> bool:
    return job.progress(now) >= job.plan.stop_at


def _end_of(job: Job, now: float) -> float:
    # Where reads decide, it ends with the read that sees it.
    return job.time_at(job.plan.stop_at) if job.job_rule.seconds else now
