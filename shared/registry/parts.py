"""The parts of a run's record, and what lies in them: plain, immutable values.

Times are aware, in UTC, and None for what has not happened. `shared/registry/codec.py` makes table
cells of them and reads those.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, NamedTuple

from shared.models import Method
from shared.payload import Payload
from shared.registry.state import Phase


class TimelineEntry(NamedTuple):
    """A line of a run's timeline: the phase it is in, since when, and a sentence about it."""

    phase: Phase
    at: datetime
    note: str = ""


class TrainingCharge(NamedTuple):
    """A training that was paid for.

    Attributes:
        job_id: Its job.
        ended: When it ended.
        type: `Standard`, `DataZoneStandard`, `GlobalStandard` or `Developer`; it has a price.
        tokens: What is billed; None if the service does not say.
    """

    job_id: str
    ended: datetime
    type: str
    tokens: int | None


class ChargedHours(NamedTuple):
    """The hours that the service charges for a job of reinforcement fine-tuning (RFT)."""

    job_id: str
    hours: float


class HostedHours(NamedTuple):
    """The hours that a run's deployments with one SKU existed in one month, such as `2026-11`."""

    month: str
    sku: str
    hours: float


class Checkpoint(NamedTuple):
    """A state of a training that the service keeps; None for what it does not say.

    Attributes:
        id: The service's id of it.
        model: What is deployed to get it.
        step: After which step of the training.
        train_loss: On that step's batch.
        valid_loss: On the validation file.
    """

    id: str | None
    model: str | None
    step: int
    train_loss: float | None
    valid_loss: float | None


class Example(NamedTuple):
    """A question with its answer that chat puts before a caller's messages."""

    user: str
    assistant: str


@dataclass(frozen=True)
class Summary(Payload):
    """The figures of a comparison of base and tuned model; None where nothing could be graded.

    Attributes:
        prompts: How many were asked.
        comparable: How many of them both models answered.
        graded: On how many both answers got a score.
        wins, ties, losses: Of the tuned model.
        win_rate: Wins and half of the ties, as a share of what was graded.
        win_rate_low, win_rate_high: Wilson's 95 % interval of it.
        base_score, score: Mean scores of base and tuned answers, 0 to 1.
        gain: The second less the first.
        base, tuned: Tokens in all, and mean seconds of an answer.
        inconclusive: Why the figures do not show which model is better, with the next step; empty
            if they do. Then no gate has a verdict.
        text: What it means, in a few sentences.
    """

    prompts: int = 0
    comparable: int = 0
    graded: int = 0
    wins: int = 0
    ties: int = 0
    losses: int = 0
    win_rate: float | None = None
    win_rate_low: float | None = None
    win_rate_high: float | None = None
    base_score: float | None = None
    score: float | None = None
    gain: float | None = None
    base: dict[str, float] | None = None
    tuned: dict[str, float] | None = None
    inconclusive: str = ""
    text: str = ""


class Companion(NamedTuple):
    """A file beside a dataset, as the run was validated with it.

    Attributes:
        blob: Name in the container `datasets`.
        etag: Of the blob, without quotes.
        sha256: Of the validation file's bytes; of what was copied of the others.
        copy: Path in the container `reports` of what the run needs of it: the options, or the
            prompts for the comparison.
    """

    blob: str
    etag: str
    sha256: str
    copy: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Dataset:
    """The bytes that a run was made of.

    Attributes:
        blob: Name in the container `datasets`.
        etag: Of the blob as the run reads it, without quotes.
        sha256: Of the bytes; empty where nobody read them because they are too many.
        size: Bytes.
        examples: Lines that hold an example; 0 until it is validated.
        tokens: Of all examples together; 0 until it is validated.
        companions: The files beside it that the run was validated with.
    """

    blob: str = ""
    etag: str = ""
    sha256: str = ""
    size: int = 0
    examples: int = 0
    tokens: int = 0
    companions: tuple[Companion, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatOptions:
    """What chat puts before a caller's messages.

    Attributes:
        system_message: For callers that send none; empty for none.
        few_shot: Examples that come behind it.
    """

    system_message: str = ""
    few_shot: tuple[Example, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Training:
    """How a run is trained, and what came of it.

    Attributes:
        base_model: The model that is fine-tuned.
        type: `Standard`, `DataZoneStandard`, `GlobalStandard` or `Developer`.
        epochs: As the forecast counts them.
        method: What validation took the rows for.
        file: Id of the training file at the service.
        validation_file: Id of the validation file at the service.
        job_id: The fine-tuning job of this attempt.
        job_status: As the service last said it.
        job_claimed: When a worker began to create the job; None once it exists or was refused.
        spent_jobs: Ids of the jobs of earlier attempts, which must not be taken for this one's.
        tuned_model: What the job made.
        trained_tokens: As the job says.
        charges: All trainings that were paid for, those of earlier attempts too.
        charged_hours: Hours of the jobs that are charged by the hour.
        grader_model: The model that an RFT grader asks, whose tokens are charged as well.
        hyperparameters: As the service chose them; None until the job has succeeded.
        checkpoints: Those that the service keeps.
        checkpoint: Id of the checkpoint that is deployed; empty for the last state.
        checkpoint_reason: Why that one.
    """

    base_model: str = ""
    type: str = ""
    epochs: int = 0
    method: Method = Method.SFT
    file: str = ""
    validation_file: str = ""
    job_id: str = ""
    job_status: str = ""
    job_claimed: datetime | None = None
    spent_jobs: tuple[str, ...] = ()
    tuned_model: str = ""
    trained_tokens: int = 0
    charges: tuple[TrainingCharge, ...] = ()
    charged_hours: tuple[ChargedHours, ...] = ()
    grader_model: str = ""
    hyperparameters: Mapping[str, int | float | str] | None = None
    checkpoints: tuple[Checkpoint, ...] = ()
    checkpoint: str = ""
    checkpoint_reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelRetirement:
    """When the service stops to serve and train a run's base model, and to serve the tuned one.

    Attributes:
        stage: Of the base model, such as `Deprecated`; empty if the service does not say.
        base: The base model stops answering, and new customers cannot train it.
        training: Nobody can train it.
        serving: The tuned model stops answering.
    """

    stage: str = ""
    base: date | None = None
    training: date | None = None
    serving: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Deployment:
    """A run's deployment at the service, and what happened to it.

    Attributes:
        name: Empty while there is none.
        created: When it was asked for, then the time that the service says.
        sku: As the service says.
        live_since: From when the service charges; None while it does not.
        hosted_hours: What earlier deployments of this run had, until they were gone.
        retiring: Whether it is being deleted.
        retire_claimed: When somebody began to delete it.
        waking_since: Since when it is being made again; None while it is not.
        wake_failed: When that failed last.
        last_used: The newest chat that was written down.
        unready_since: Since when Resource Manager calls it Succeeded and no chat is answered.
        recreated: When it was deleted to be created again, because that did not end.
        served_since: When the run came to serve its model's name last.
        superseded_since: When it ceased to.
    """

    name: str = ""
    created: datetime | None = None
    sku: str = ""
    live_since: datetime | None = None
    hosted_hours: tuple[HostedHours, ...] = ()
    retiring: bool = False
    retire_claimed: datetime | None = None
    waking_since: datetime | None = None
    wake_failed: datetime | None = None
    last_used: datetime | None = None
    unready_since: datetime | None = None
    recreated: datetime | None = None
    served_since: datetime | None = None
    superseded_since: datetime | None = None


class IdleVerdict(StrEnum):
    """What a check of a deployment decided."""

    KEEP = "kept"
    PINNED = "pinned"
    WARN = "warned"
    RETIRE = "retired"
    DRY_RUN = "dry_run"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Idleness:
    """What the last daily round decided on a run's deployment.

    Attributes:
        verdict: What it decided; None before the first one.
        evidence: Why, in one sentence.
        judged: When.
        warning: The evidence, if it will be deleted soon; the reason, if that cannot be decided.
        unknown_since: Since when it cannot be decided, because a witness cannot be asked.
        unknown_rounds: In how many rounds in a row.
    """

    verdict: IdleVerdict | None = None
    evidence: str = ""
    judged: datetime | None = None
    warning: str = ""
    unknown_since: datetime | None = None
    unknown_rounds: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Admission:
    """A run's place in the queue for room at the service and for approvals.

    Attributes:
        queued_since: Since when it waits for room, in this attempt.
        waits_for: Code of what is full; empty while nothing is known to be.
        waits_since: Since when it waits for that.
        last_look: When it last asked; a run that asks no more holds up no others.
        admitted: When it was let in.
        approved: When a person let it exceed the budgets.
    """

    queued_since: datetime | None = None
    waits_for: str = ""
    waits_since: datetime | None = None
    last_look: datetime | None = None
    admitted: datetime | None = None
    approved: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Evaluation:
    """The comparison of base and tuned model.

    Attributes:
        gate: The rule of this run, such as `win_rate>=0.5`; empty for none.
        base_deployment: A deployment of the base model that was made for it and is to be deleted.
        verdict: Whether the gate was passed; None without a comparison or a gate.
        reason: Why.
        summary: The figures; None before the comparison.
    """

    gate: str = ""
    base_deployment: str = ""
    verdict: Literal["passed", "failed"] | None = None
    reason: str = ""
    summary: Summary | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RunError:
    """Why a run ended before it served, or does not serve; `code` is empty if it did neither."""

    code: str = ""
    message: str = ""
    hint: str = ""
