"""Fine-tuning jobs: create, watch, cancel, and what they leave behind.

Source: Azure OpenAI v1 `/fine_tuning/jobs`. The service departs from OpenAI's schema (captures in
microsoft-foundry/fine-tuning): a job starts as `pending`, and many fields are absent or null.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, cast

from shared.clients.data_plane import data_plane, every
from shared.clients.refusals import OPENAI
from shared.clients.translate import translate_errors
from shared.errors import ServiceError

if TYPE_CHECKING:
    from openai import OpenAI
    from openai.types.fine_tuning import FineTuningJob
    from openai.types.fine_tuning.job_create_params import Method

# States that nothing follows. Every other one, known or not, is waited for.
ENDED = frozenset({"succeeded", "failed", "cancelled"})
# `created` and `pending` are Azure's words, the others OpenAI's.
WAITING = frozenset({"created", "pending", "queued", "validating_files"})
_PAGE = 100
_BOM = b"\xef\xbb\xbf"


MethodName = Literal["supervised", "dpo", "reinforcement"]


@dataclass(frozen=True)
class JobRequest:
    """A training to pay for.

    Attributes:
        suffix: Part of the tuned model's name: at most 40 of letters, digits, `-`, `_`.
        training_type: `Standard`, `DataZoneStandard`, `GlobalStandard` or `Developer`.
        hyperparameters: Such as `n_epochs`; what is absent the service chooses.
        method: What to train by.
        grader: Judges the answers; only `reinforcement` has one, and needs it.
        metadata: At most 16 pairs.
    """

    model: str
    training_file: str
    validation_file: str | None
    suffix: str
    training_type: str
    seed: int | None = None
    hyperparameters: Mapping[str, int | float | str] = field(default_factory=dict)
    method: MethodName = "supervised"
    grader: Mapping[str, Any] | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class JobFacts:
    """A job as the service describes it; None for what it does not say (yet).

    Attributes:
        tuned_model: The model's id once it succeeded.
        hyperparameters: As the service chose them; -1 for one that is not chosen yet.
    """

    id: str
    status: str
    model: str
    training_file: str
    tuned_model: str | None
    trained_tokens: int | None
    estimated_finish: datetime | None
    created_at: datetime
    finished_at: datetime | None
    error_code: str | None
    error_message: str | None
    result_files: tuple[str, ...]
    seed: int | None = None
    hyperparameters: Mapping[str, int | float | str] = field(default_factory=dict)


@dataclass(frozen=True)
class JobCounts:
    """The jobs of a resource: of all times, running, and waiting to run. A paused one does neither.

    3 run at once, 5 of the Developer type, and 20 wait (AAD quotas-limits).
    """

    total: int
    running: int
    waiting: int


class Jobs:
    """The service's fine-tuning jobs. Every method may raise `ServiceError`."""

    def __init__(self, client: "OpenAI") -> None:
        self._client = client

    def find(self, training_file: str) -> list[JobFacts]:
        """All jobs on that training file, oldest first."""
        found = [job for job in self._list() if job.training_file == training_file]
        return sorted(found, key=lambda job: (job.created_at, job.id))

    def create(self, request: JobRequest) -> JobFacts:
        """Begin a training. Never tried again by itself: each call that arrives costs a job.

        `trainingType` is in no published schema, yet without it the service says that the model
        does not support fine-tuning (github.com/BerriAI/litellm/pull/24687).
        """
        from openai import omit

        with translate_errors(OPENAI, f"train {request.model} on {request.training_file}"):
            job = self._client.fine_tuning.jobs.create(
                model=request.model,
                training_file=request.training_file,
                validation_file=request.validation_file or omit,
                suffix=request.suffix,
                seed=omit if request.seed is None else request.seed,
                method=_method(request),
                metadata=dict(request.metadata) or omit,
                extra_body={"trainingType": request.training_type},
            )
            return _facts(job)

    def get(self, job_id: str) -> JobFacts | None:
        """The job as it is now; None if there is none of that id."""
        try:
            with translate_errors(OPENAI, f"show job {job_id}"):
                return _facts(self._client.fine_tuning.jobs.retrieve(job_id))
        except ServiceError as error:
            if error.status == 404:
                return None
            raise

    def cancel(self, job_id: str) -> None:
        """Ask the service to stop the job; one that has ended, or is not there, is fine.

        Work already done is billed (AAD how-to/fine-tuning-cost-management).
        """
        try:
            with translate_errors(OPENAI, f"cancel job {job_id}"):
                self._client.fine_tuning.jobs.cancel(job_id)
        except ServiceError as error:
            if error.status == 404:
                return
            job = self.get(job_id) if error.status in (400, 409) else None
            if not job or job.status not in ENDED:
                raise

    def events(self, job_id: str) -> list[dict[str, object]]:
        """All events of the job, oldest first, as the service words them."""
        from openai import omit

        with translate_errors(OPENAI, f"list events of job {job_id}"):
            jobs = self._client.fine_tuning.jobs
            found = every(lambda after: jobs.list_events(job_id, after=after or omit, limit=_PAGE))
            return _oldest_first([event.to_dict(mode="json") for event in found])

    def checkpoints(self, job_id: str) -> list[dict[str, object]]:
        """The checkpoints that the service keeps (at most the last three), oldest first."""
        from openai import omit

        with translate_errors(OPENAI, f"list checkpoints of job {job_id}"):
            kept = self._client.fine_tuning.jobs.checkpoints
            found = every(lambda after: kept.list(job_id, after=after or omit, limit=_PAGE))
            return _oldest_first([checkpoint.to_dict(mode="json") for checkpoint in found])

    def results(self, job: JobFacts) -> bytes | None:
        """The job's `results.csv` without a BOM; None while there is none.

        Azure may put a BOM before the file (AAD includes/fine-tuning-oai-sdk).
        """
        for file_id in job.result_files:
            try:
                with translate_errors(OPENAI, f"read result file {file_id} of job {job.id}"):
                    return self._client.files.content(file_id).content.removeprefix(_BOM)
            except ServiceError as error:
                if error.status != 404:
                    raise
        return None

    def counts(self) -> JobCounts:
        """How many jobs the resource has. A state that is not known counts as running."""
        states = [job.status for job in self._list()]
        going = [state for state in states if state not in ENDED]
        waiting = sum(state in WAITING for state in going)
        running = len(going) - waiting - going.count("paused")
        return JobCounts(len(states), running, waiting)

    def _list(self) -> list[JobFacts]:
        from openai import omit

        with translate_errors(OPENAI, "list fine-tuning jobs"):
            jobs = self._client.fine_tuning.jobs
            return [
                _facts(job)
                for job in every(lambda after: jobs.list(after=after or omit, limit=_PAGE))
            ]


def jobs() -> Jobs:
    """The jobs of the resource in the settings."""
    return Jobs(data_plane())


def _method(request: JobRequest) -> "Method":
    chosen: dict[str, Any] = {"hyperparameters": dict(request.hyperparameters)}
    if request.grader is not None:
        chosen["grader"] = dict(request.grader)
    made: Any = {"type": request.method, request.method: chosen}
    return cast("Method", made)


def _facts(job: "FineTuningJob") -> JobFacts:
    # Null or absent at times, whatever the SDK's types say.
    given: Any = job.hyperparameters
    chosen = given.to_dict() if given else {}
    return JobFacts(
        id=job.id,
        status=job.status,
        model=job.model,
        training_file=job.training_file,
        tuned_model=job.fine_tuned_model,
        trained_tokens=job.trained_tokens,
        estimated_finish=_time(job.estimated_finish),
        created_at=datetime.fromtimestamp(job.created_at, UTC),
        finished_at=_time(job.finished_at),
        error_code=job.error.code if job.error else None,
        error_message=job.error.message if job.error else None,
        result_files=tuple(job.result_files or ()),
        seed=job.seed,
        hyperparameters={k: v for k, v in chosen.items() if isinstance(v, int | float | str)},
    )


def _time(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _oldest_first(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    # Newest first in practice, the other way round in the old documentation; several rows share
    # a second, so sorting alone would lose their order.
    times = [float(str(row.get("created_at") or 0)) for row in rows]
    if times and times[0] >= times[-1]:
        rows.reverse()
    return sorted(rows, key=lambda row: float(str(row.get("created_at") or 0)))
