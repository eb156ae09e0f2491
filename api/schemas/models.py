"""A model with the lineage of its versions: bytes, files, job, model, deployment, last use."""

from typing import Any

from pydantic import Field

from api.schemas.base import Schema
from api.schemas.costs import RunCosts
from api.schemas.deployments import DeploymentFacts
from api.schemas.runs import DatasetFacts, EvaluationFacts, Fault, Links, TrainingFacts
from api.schemas.usage import UsageLine
from shared.registry.state import Phase


class ModelSummary(Schema):
    """A model in a list."""

    model: str
    active: str | None = Field(None, description="The run that the name points to.")
    phase: Phase | None = Field(
        None, description="The phase of that run; absent before the first one serves."
    )
    previous: str | None = Field(None, description="The run that a rollback activates.")
    wanted: str | None = Field(None, description="The run that is being woken for the name.")
    versions: int
    last_used: str | None = None


class ModelSummaries(Schema):
    """Models, by name."""

    models: list[ModelSummary]


class Checkpoint(Schema):
    """A state of a training that the service keeps."""

    id: str | None = None
    model: str | None = None
    step: int
    train_loss: float | None = None
    valid_loss: float | None = None


class TrainingDetail(TrainingFacts):
    """A training with the options that it used and the checkpoints that it left."""

    method: str
    training_type: str | None = None
    hyperparameters: dict[str, Any] = Field(
        {}, description="With the values that the service chose."
    )
    checkpoints: list[Checkpoint] = Field([])
    deployed_checkpoint: str | None = Field(
        None, description="The checkpoint that is deployed; absent if it is the last one."
    )
    checkpoint_reason: str | None = Field(None, description="Why that checkpoint was chosen.")


class ModelVersion(Schema):
    """One version: everything from its bytes to its last use."""

    run: str
    phase: Phase
    active: bool
    created: str
    served: str | None = None
    superseded: str | None = None
    last_used: str | None = None
    data: DatasetFacts
    training: TrainingDetail
    evaluation: EvaluationFacts | None = None
    deployment: DeploymentFacts | None = None
    costs: RunCosts
    usage_by_key: list[UsageLine] = Field(
        [], description="Chats of the last 31 days, by the name of the client key."
    )
    error: Fault | None = None
    links: Links


class Example(Schema):
    """A question with its answer that chat puts first."""

    user: str
    assistant: str


class ChatOptions(Schema):
    """What chat adds to a caller's messages."""

    raw: bool = Field(description="Whether messages are sent to the model unchanged.")
    system_message: str | None = Field(
        None,
        description="The system message of the active version, added if the caller sends none.",
    )
    examples: list[Example] = Field([], description="Few-shot examples of the active version.")


class ModelDetail(ModelSummary):
    """One model with all its versions."""

    promoted: str | None = None
    rolled_back: str | None = Field(
        None, description="The newer run that was replaced by a rollback."
    )
    pinned: str | None = Field(None, description="Until when it is exempt from retirement.")
    chat: ChatOptions
    lineage: list[ModelVersion] = Field(description="The newest first.")
