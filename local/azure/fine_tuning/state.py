"""The jobs of the resource."""

import secrets
from typing import Any

from local.azure.clock import Clock
from local.azure.database import Database
from local.azure.files.dataset import Profile
from local.azure.files.state import Files
from local.azure.models.catalogue import CATALOGUE
from local.azure.transitions import Transitions

from .errors import (
    file_missing,
    file_not_ready,
    job_not_found,
    too_many_jobs,
    too_many_queued_jobs,
    wrong_state,
)
from .job import SCHEMA, TERMINAL, Job
from .progress import Progress
from .request import JobRequest
from .training import plan
from .training_examples import TrainingExample, TrainingExamples
from .tuned import TunedModel, find_tuned_model

MAX_QUEUED = 20
MAX_JOBS = 100


class Jobs:
    """Create, read and stop jobs; every read first does what is due."""

    def __init__(
        self, database: Database, clock: Clock, transitions: Transitions, files: Files
    ) -> None:
        self._database, self._clock, self._transitions = database, clock, transitions
        self._files = files
        database.define(SCHEMA)
        self.progress = Progress(database, clock, files)
        self.examples = TrainingExamples(database)

    def profile_of(self, identity: str, param: str) -> Profile:
        """What is known of a file that a job may use.

        Raises:
            ServiceError: 400 if it is not there or not `processed`.
        """
        for file in self._files.every():
            if file.id == identity:
                if file.status != "processed" or file.profile is None:
                    raise file_not_ready(identity, file.status, param)
                return file.profile
        raise file_missing(identity, param)

    def check_room(self) -> None:
        """Refuses one more job where the limits have no room.

        Raises:
            ServiceError: For 20 queued jobs and for 100 jobs in all.
        """
        self.progress.settle()
        sql = "SELECT COUNT(*) FROM jobs WHERE deleted = 0"
        if self._database.number(sql + " AND status = 'pending'") >= MAX_QUEUED:
            raise too_many_queued_jobs(MAX_QUEUED)
        if self._database.number(sql) >= MAX_JOBS:
            raise too_many_jobs(MAX_JOBS)

    def add(
        self,
        request: JobRequest,
        training: Profile,
        validation: Profile | None,
        examples: list[TrainingExample],
    ) -> Job:
        """Puts a job into the queue."""
        identity = f"ftjob-{secrets.token_hex(16)}"
        rule = self._transitions.of("job")
        progress = plan(request, training, validation, rule)
        with self._database.transaction():
            self._insert(identity, request, progress.to_dict(), str(rule))
            self.examples.add(identity, examples)
            job = self._job(identity)
            message = "Job enqueued. Waiting for jobs ahead to complete."
            self.progress.add_event(job, message, job.created_at)
        return job

    def root_of(self, model: str) -> str | None:
        """The base model behind a base or tuned model id."""
        if model in CATALOGUE:
            return model
        tuned = self.tuned_model(model)
        return tuned.root if tuned else None

    def get(self, identity: str, *, count_read: bool = False) -> Job:
        """One job; `count_read` counts this as a read for transitions that go by reads.

        Raises:
            ServiceError: 404 if it is not there.
        """
        if count_read:
            self._database.change("UPDATE jobs SET reads = reads + 1 WHERE id = ?", identity)
        self.progress.settle()
        return self._job(identity)

    def every(self) -> list[Job]:
        """All jobs that were not deleted, newest first."""
        return [job for job in self._all() if not job.deleted]

    def succeeded_jobs(self) -> list[Job]:
        """The jobs that made a model, also those that were deleted since."""
        return [job for job in self._all() if job.status == "succeeded"]

    def events(self, identity: str) -> list[dict[str, Any]]:
        """The rows of a job's events, newest first."""
        self.get(identity)
        sql = "SELECT * FROM job_events WHERE job = ? ORDER BY number DESC"
        return [dict(row) for row in self._database.rows(sql, identity)]

    def cancel(self, identity: str) -> Job:
        """Stops a job; what was trained so far is billed.

        Raises:
            ServiceError: 404 if it is not there, 400 if it is over.
        """
        now = self._clock.now()
        with self._database.transaction():
            job = self.get(identity)
            if job.status in TERMINAL:
                raise wrong_state(identity, job.status, "cancelled")
            self.progress.end(job, "cancelled", now)
            self.progress.add_event(job, "Job cancelled.", now)
            self.progress.settle(since=now)
        return self._job(identity)

    def pause(self, identity: str) -> Job:
        """Holds a running job after its first step and keeps a checkpoint of it.

        Raises:
            ServiceError: 404 if it is not there, 400 if it does not run.
        """
        now = self._clock.now()
        job = self.get(identity)
        if job.status != "running" or job.completed_steps(now) < 1:
            raise wrong_state(identity, job.status, "paused")
        values = {"status": "paused", "share": job.progress(now)}
        pauses = [*job.pauses, job.completed_steps(now)]
        return self._switch(job, "Job paused.", now, pauses=pauses, **values)

    def resume(self, identity: str) -> Job:
        """Lets a paused job go on from where it was.

        Raises:
            ServiceError: 404 if it is not there, 400 if it is not paused.
        """
        now = self._clock.now()
        job = self.get(identity)
        if job.status != "paused":
            raise wrong_state(identity, job.status, "resumed")
        values = {"status": "running", "segment_at": now, "done": job.share, "reads": 0}
        return self._switch(job, "Job resumed.", now, **values)

    def delete(self, identity: str) -> None:
        """Takes a job that is over out of the list; its model stays.

        Raises:
            ServiceError: 404 if it is not there, 400 if it is not over.
        """
        job = self.get(identity)
        if job.status not in TERMINAL:
            raise wrong_state(identity, job.status, "deleted")
        self._database.update("jobs", "id", identity, deleted=1)

    def tuned_model(self, name: str) -> TunedModel | None:
        """What stands behind a tuned model id or a checkpoint id; None if nothing does."""
        now = self._clock.now()
        return next(filter(None, (find_tuned_model(job, name, now) for job in self._all())), None)

    def _all(self) -> list[Job]:
        self.progress.settle()
        rows = self._database.rows("SELECT * FROM jobs ORDER BY number DESC")
        return [Job.from_row(row) for row in rows]

    def _switch(self, job: Job, message: str, now: float, **values: Any) -> Job:
        with self._database.transaction():
            self._database.update("jobs", "id", job.id, **values)
            self.progress.add_event(job, message, now)
            self.progress.settle(since=now)
        return self._job(job.id)

    def _insert(
        self, identity: str, request: JobRequest, progress: dict[str, Any], rule: str
    ) -> None:
        self._database.insert(
            "jobs",
            id=identity,
            created_at=self._clock.now(),
            model=request.model,
            root=request.root,
            training_file=request.training_file,
            validation_file=request.validation_file,
            suffix=request.suffix,
            seed=request.seed,
            hyperparameters=request.hyperparameters,
            training_type=request.training_type,
            method=request.method_given,
            metadata=request.metadata,
            integrations=request.integrations,
            plan=progress,
            queue_rule=str(self._transitions.of("queue")),
            job_rule=rule,
        )

    def _job(self, identity: str) -> Job:
        row = self._database.row("SELECT * FROM jobs WHERE id = ? AND deleted = 0", identity)
        if row is None:
            raise job_not_found(identity)
        return Job.from_row(row)
