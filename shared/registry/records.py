"""The records of the registry: one `Run` for each dataset version, one `Model` for each name.

They are plain values; times are aware, in UTC, and None for what has not happened.
`shared/registry/codec.py` makes table rows of them and reads those.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Concatenate, Literal, NamedTuple, ParamSpec

from shared.models import Method
from shared.payload import Payload
from shared.registry.state import ANSWERING, RESTING, Phase, may_follow
from shared.runs.orchestration import RunRef

TIMELINE_LIMIT = 100  # entries
NOTE_LIMIT = 300  # characters
BUDGET = "budget"  # what `admission.waits_for` says of a run that needs an approval

_Changes = ParamSpec("_Changes")


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


def _with_part(
    name: str, part: Callable[_Changes, object]
) -> Callable[Concatenate["Run", _Changes], "Run"]:
    """A method of `Run` that changes fields of one of its parts; it takes what `part` takes."""
    del part  # only its signature is wanted

    def change(run: "Run", /, *_: _Changes.args, **changes: _Changes.kwargs) -> "Run":
        return replace(run, **{name: replace(getattr(run, name), **changes)})

    return change


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run: its dataset's bytes, what came of them, what it costs. The lineage of a model.

    Attributes:
        id: Also its Durable instance id, the prefix of its files and the name of its deployment.
        model: The model's name that it belongs to.
        row_etag: Of its row as it was read; no part of what is stored.
        phase: Where it stands.
        attempt: Which try this is; the same bytes dropped again, and each waking, begin another.
        created: When its dataset was dropped.
        updated: When its row was last written.
        timeline: What happened to it, oldest first.
        waiting: What it waits for now, with the next step.
        denied_since: Since when the service refuses the app's identity for want of a role.
        cancel_requested: When a person asked to cancel it.
        deleting_since: Since when its model is being deleted.
        notifications: Ids of the last notifications that a receiver took, the newest last.
    """

    id: str
    model: str
    row_etag: str = ""
    phase: Phase = Phase.RECEIVED
    attempt: int = 1
    created: datetime
    updated: datetime | None = None
    timeline: tuple[TimelineEntry, ...] = ()
    waiting: str = ""
    denied_since: datetime | None = None
    cancel_requested: datetime | None = None
    deleting_since: datetime | None = None
    notifications: tuple[str, ...] = ()
    dataset: Dataset
    chat: ChatOptions = ChatOptions()
    training: Training = Training()
    model_retirement: ModelRetirement = ModelRetirement()
    deployment: Deployment = Deployment()
    idleness: Idleness = Idleness()
    admission: Admission = Admission()
    evaluation: Evaluation = Evaluation()
    error: RunError = RunError()

    with_dataset = _with_part("dataset", Dataset)
    with_chat = _with_part("chat", ChatOptions)
    with_training = _with_part("training", Training)
    with_model_retirement = _with_part("model_retirement", ModelRetirement)
    with_deployment = _with_part("deployment", Deployment)
    with_idleness = _with_part("idleness", Idleness)
    with_admission = _with_part("admission", Admission)
    with_evaluation = _with_part("evaluation", Evaluation)
    with_error = _with_part("error", RunError)

    @property
    def ref(self) -> RunRef:
        """The reference to this run that orchestrations carry."""
        return RunRef(run=self.id, model=self.model, attempt=self.attempt)

    @property
    def resting(self) -> bool:
        """Whether no orchestration works on it."""
        return self.phase in RESTING

    @property
    def answers(self) -> bool:
        """Whether a chat can be sent to its deployment."""
        live = self.deployment.name and not self.deployment.retiring and not self.deleting_since
        return bool(live) and self.phase in ANSWERING

    @property
    def awaits_approval(self) -> bool:
        """Whether it waits for a person to let it exceed a budget."""
        return self.admission.waits_for == BUDGET and not self.admission.approved

    @property
    def served_model(self) -> str:
        """What its deployment serves: the tuned model, or a checkpoint of it."""
        return self.training.checkpoint or self.training.tuned_model

    def enter_phase(self, phase: Phase, at: datetime, note: str = "") -> "Run":
        """This run in `phase`, with a line in its timeline and nothing that it waits for.

        Raises:
            ValueError: if that phase cannot follow its own, which is a bug of the caller.
        """
        if not may_follow(phase, self.phase):
            raise ValueError(f"run {self.id} is {self.phase} and cannot become {phase}")
        moved = replace(self, phase=phase, waiting="", denied_since=None)
        return moved.with_admission(waits_for="", waits_since=None).add_note(at, note)

    def add_note(self, at: datetime, note: str) -> "Run":
        """This run with a line in its timeline and the phase as it was."""
        entry = TimelineEntry(self.phase, at, note[:NOTE_LIMIT])
        return replace(self, timeline=(*self.timeline, entry)[-TIMELINE_LIMIT:])


@dataclass(frozen=True, kw_only=True)
class Model:
    """One model name: the version it points to, the one before, and its options.

    `wanted` is a version that a person asked for and that must be woken first; `rolled_back` is the
    newer one that a person turned away from.
    """

    model: str
    row_etag: str = ""
    active: str = ""
    previous: str = ""
    promoted: datetime | None = None
    wanted: str = ""
    rolled_back: str = ""
    pinned: datetime | Literal["for good"] | None = None
    raw: bool = False
    deleting: datetime | None = None

    def with_pin(self, until: datetime | Literal["for good"] | None) -> "Model":
        """This row with that pin; None removes it (`shared/deployments/pins.py`)."""
        return self if self.pinned == until else replace(self, pinned=until)


def iso(at: datetime) -> str:
    """A time as messages and HTTP answers write it: UTC, milliseconds, `Z`."""
    text = at.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
