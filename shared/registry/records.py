"""The records of the registry: one `Run` for each dataset version, one `Model` for each name.

They are plain values; times are aware, in UTC, and None for what has not happened.
`shared/registry/codec.py` makes table rows of them and reads those.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Concatenate, Literal, ParamSpec

from shared.registry.parts import (
    Admission,
    ChatOptions,
    Dataset,
    Deployment,
    Evaluation,
    Idleness,
    ModelRetirement,
    RunError,
    TimelineEntry,
    Training,
)
from shared.registry.state import ANSWERING, RESTING, Phase, may_follow
from shared.runs.orchestration import RunRef

TIMELINE_LIMIT = 100  # entries
NOTE_LIMIT = 300  # characters
BUDGET = "budget"  # what `admission.waits_for` says of a run that needs an approval

_Changes = ParamSpec("_Changes")


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
