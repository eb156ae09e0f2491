"""The bodies of requests and answers. `GET openapi.json` is made from them.

Times are ISO 8601 in UTC, durations seconds.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.pipeline import Phase

_Text = Annotated[str, Field(min_length=1)]


class ChatRequest(BaseModel):
    """A chat, as OpenAI's clients send it; all other fields go through untouched."""

    model_config = ConfigDict(extra="allow", strict=True)

    model: _Text = Field(description="A model name, a run id, or `base`.")
    messages: list[dict[str, Any]] = Field(min_length=1)
    stream: bool | None = None


class ChatCompletion(BaseModel):
    """An answer as the service wrote it, with `model` as the caller asked for it."""

    model_config = ConfigDict(extra="allow")

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[dict[str, Any]]


class ErrorDetail(BaseModel):
    """What was wrong, and the next step."""

    code: str | None
    message: str
    param: str | None = None
    type: str | None = None


class Error(BaseModel):
    """Every error of every door; OpenAI's form."""

    error: ErrorDetail


class ModelEntry(BaseModel):
    """Something that a chat can ask for."""

    id: str
    object: Literal["model"] = "model"
    created: int = Field(description="Unix time; 0 for the base.")
    owned_by: Literal["tunedrop"] = "tunedrop"


class ModelList(BaseModel):
    """What a chat can ask for, in OpenAI's form."""

    object: Literal["list"] = "list"
    data: list[ModelEntry]


class RunsQuery(BaseModel):
    """The query of `GET runs`."""

    model_config = ConfigDict(extra="forbid")

    model: _Text | None = Field(None, description="Only runs of this model.")
    phase: Phase | None = Field(None, description="Only runs in this phase.")
    limit: int = Field(100, ge=1, le=1000, description="At most so many, the newest first.")


class Links(BaseModel):
    """Where to go on from a run."""

    self: str
    report: str
    events: str
    cancel: str


class RunSummary(BaseModel):
    """A run in a list."""

    id: str
    model: str
    phase: Phase
    attempt: int = Field(description="Which try this is.")
    dataset: str = Field(description="Blob in the container `datasets`.")
    created: str
    updated: str | None = None
    waiting: str | None = Field(None, description="What it waits for.")
    warning: str | None = None
    links: Links


class RunList(BaseModel):
    """Runs, the newest first."""

    runs: list[RunSummary]
    total: int = Field(description="How many match; `limit` may have cut the list.")


class Progress(BaseModel):
    """How far a run is on its way to serving."""

    step: int
    of: int


class TimelineEntry(BaseModel):
    """Something that happened to a run."""

    phase: str
    at: str
    note: str | None = None


class Fault(BaseModel):
    """Why a run ended before it served."""

    code: str
    message: str
    hint: str | None = None


class DatasetFacts(BaseModel):
    """The bytes that a run was trained on."""

    blob: str
    etag: str
    sha256: str | None = None
    bytes: int
    examples: int
    tokens: int


class TrainingFacts(BaseModel):
    """What the service made of them."""

    base_model: str | None = None
    training_file: str | None = None
    validation_file: str | None = None
    job: str | None = None
    job_status: str | None = None
    trained_tokens: int | None = None
    tuned_model: str | None = None


class DeploymentFacts(BaseModel):
    """A deployment of the registry, what used it, and until when it stays."""

    name: str
    model: str
    run: str
    phase: Phase
    deployed: str | None = None
    last_used: str | None = None
    idle_seconds: int | None = Field(None, description="Since the last use, or since it is there.")
    retires_at: str | None = Field(
        None, description="When it will be deleted if nobody uses it; absent if it stays."
    )
    warning: str | None = None


class DeploymentList(BaseModel):
    """What is deployed, the longest idle first."""

    deployments: list[DeploymentFacts]


class Run(RunSummary):
    """One run, with everything that is known of it."""

    progress: Progress
    next_look: str | None = Field(None, description="When the service is asked again.")
    timeline: list[TimelineEntry]
    error: Fault | None = None
    data: DatasetFacts
    training: TrainingFacts
    deployment: DeploymentFacts | None = None


class Report(BaseModel):
    """What validation and evaluation found; each is absent until it is made."""

    run: str
    validation: dict[str, Any] | None = None
    evaluation: dict[str, Any] | None = None


class Events(BaseModel):
    """The training as the service reported it."""

    run: str
    job: str | None = None
    status: str | None = None
    events: list[dict[str, Any]] = Field([], description="Oldest first.")
    checkpoints: list[dict[str, Any]] = []
    curve: list[dict[str, float]] = Field([], description="Loss and accuracy by step.")


class SettingFault(BaseModel):
    """A setting that is missing or wrong."""

    setting: str
    message: str


class Health(BaseModel):
    """Whether the app is set up."""

    ok: bool
    version: str
    faults: list[SettingFault]
