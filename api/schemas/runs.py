"""Runs, their reports and their training."""

from typing import Annotated, Any

from pydantic import Field

from api.schemas.base import Query, Schema
from api.schemas.costs import RunCosts
from api.schemas.deployments import DeploymentFacts
from shared.registry.state import Phase

_Text = Annotated[str, Field(min_length=1)]


class RunsQuery(Query):
    """The query of `GET runs`."""

    model: _Text | None = Field(None, description="Only runs of this model.")
    phase: Phase | None = Field(None, description="Only runs in this phase.")
    limit: int = Field(
        100, ge=1, le=1000, description="The maximum number of runs, the newest first."
    )


class Links(Schema):
    """Where to go on from a run."""

    self: str
    report: str
    events: str
    cancel: str
    approve: str


class RunSummary(Schema):
    """A run in a list."""

    id: str
    model: str
    phase: Phase
    attempt: int = Field(description="The number of the attempt, from 1.")
    dataset: str = Field(description="Blob in the container `datasets`.")
    created: str
    updated: str | None = None
    waiting: str | None = Field(None, description="What it is waiting for.")
    waiting_since: str | None = Field(
        None, description="Since when the service is full, or a budget is exceeded."
    )
    warning: str | None = None
    links: Links


class RunList(Schema):
    """Runs, the newest first."""

    runs: list[RunSummary]
    total: int = Field(
        description="The number of matching runs; `limit` may have shortened the list."
    )


class Progress(Schema):
    """How far a run is on its way to serving."""

    step: int
    of: int


class TimelineEntry(Schema):
    """Something that happened to a run."""

    phase: str
    at: str
    note: str | None = None


class Fault(Schema):
    """Why a run ended before it served."""

    code: str
    message: str
    hint: str | None = None


class DatasetFacts(Schema):
    """The bytes that a run was trained on."""

    blob: str
    etag: str
    sha256: str | None = None
    bytes: int
    examples: int
    tokens: int


class TrainingFacts(Schema):
    """What the service made of them."""

    base_model: str | None = None
    training_file: str | None = None
    validation_file: str | None = None
    job: str | None = None
    job_status: str | None = None
    trained_tokens: int | None = Field(None, description="What the service says it trained.")
    forecast_tokens: int | None = Field(
        None, description="What the forecast counts: the tokens of the dataset times the epochs."
    )
    tokens_note: str | None = Field(
        None, description="Why the service trained another number of tokens than was forecast."
    )
    trained_hours: float | None = Field(
        None, description="What a training by RFT is charged for, all jobs of the run together."
    )
    tuned_model: str | None = None


class GateFacts(Schema):
    """What a version had to reach before it was promoted."""

    rule: str
    verdict: str | None = Field(
        None, description="`passed` or `failed`; absent if the gate was not evaluated."
    )
    text: str | None = None


class EvaluationFacts(Schema):
    """What the comparison with the base came to; the report has every answer."""

    summary: dict[str, Any] | None = None
    gate: GateFacts | None = None
    checkpoint: str | None = Field(None, description="The checkpoint that is deployed, and why.")


class Run(RunSummary):
    """One run, with everything that is known of it."""

    progress: Progress
    next_look: str | None = Field(None, description="When the service is polled next.")
    timeline: list[TimelineEntry]
    error: Fault | None = None
    data: DatasetFacts
    training: TrainingFacts
    evaluation: EvaluationFacts | None = None
    deployment: DeploymentFacts | None = None
    costs: RunCosts
    ends: list[str] = Field(
        [],
        description="Retirements of its base model within 90 days, and whether it is for existing "
        "customers only, each with the next step.",
    )


class Report(Schema):
    """What validation and evaluation found; each is absent until it is made."""

    run: str
    validation: dict[str, Any] | None = None
    evaluation: dict[str, Any] | None = None


class Events(Schema):
    """The training as the service reported it."""

    run: str
    job: str | None = None
    status: str | None = None
    events: list[dict[str, Any]] = Field([], description="Oldest first.")
    checkpoints: list[dict[str, Any]] = Field([])
    curve: list[dict[str, float]] = Field([], description="Loss and accuracy by step.")
