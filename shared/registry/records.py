"""The rows of the registry: one `Version` for each run, one `Model` for each name.

A row crosses into the table as flat text, numbers and booleans: None and empty values are left
out, and times are ISO texts in UTC, so that a person reads the table without this code.
"""

import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any, Self

from shared.registry.state import RESTING, Phase
from shared.runs.orchestration import RunRef

MODEL_ROW = "@"
TIMELINE_LIMIT = 100  # entries
BUDGET = "budget"  # what `waits_for` says of a run that needs an approval
TEXT_LIMIT = 30_000  # UTF-16 units of a text; a table cell holds 32,768 (64 KiB)

_ANSWERING = frozenset({Phase.SERVING, Phase.SUPERSEDED})

Timeline = tuple[tuple[str, str, str], ...]  # phase, ISO time, note
Trainings = tuple[tuple[str, str, str, int | None], ...]  # job, its end, type, tokens if known
TrainedHours = tuple[tuple[str, float], ...]  # job, hours that an RFT job is charged for
Hosted = tuple[tuple[str, str, float], ...]  # month as 2026-11, SKU, hours


@dataclass(frozen=True, kw_only=True)
class _Row:
    """What both kinds of row share: to and from a table entity."""

    model: str
    row_etag: str = ""

    def to_entity(self) -> dict[str, Any]:
        """The table entity of this row; its own ETag is no part of it."""
        body = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in _KEYS}
        return {name: value for name, value in body.items() if value not in (None, "", ())}

    @classmethod
    def _values(cls, entity: Mapping[str, Any]) -> dict[str, Any]:
        known = {f.name for f in fields(cls)} - _KEYS
        return {name: value for name, value in entity.items() if name in known}


_LISTS = ("timeline", "trainings", "trained_hours", "hosted")  # each is one cell of JSON
_KEYS = frozenset({"model", "run", "row_etag", *_LISTS})


@dataclass(frozen=True, kw_only=True)
class Version(_Row):
    """One run: its dataset's bytes, what came of them, what it costs. The lineage of a model."""

    run: str
    phase: str = Phase.RECEIVED
    attempt: int = 1
    created: str
    updated: str = ""
    timeline: Timeline = ()
    # dataset
    dataset: str
    etag: str
    sha256: str = ""
    size: int = 0
    examples: int = 0
    tokens: int = 0
    system_message: str = ""
    few_shot: str = ""  # examples that chat puts first; shared/prompts/few_shot.py reads it
    # training
    base_model: str = ""
    training_type: str = ""
    epochs: int = 0
    method: str = "sft"  # what validation took the rows for: sft, dpo or rft
    training_file: str = ""
    validation_file: str = ""
    job: str = ""
    job_status: str = ""
    job_claim: str = ""
    spent_jobs: str = ""  # ids of what earlier tries left behind, with blanks between
    tuned_model: str = ""
    trained_tokens: int = 0
    training_ends: str = ""  # ISO dates, where the service says when it stops to train and to serve
    serving_ends: str = ""
    trainings: Trainings = ()  # all that were paid for, those of earlier tries too
    trained_hours: TrainedHours = ()
    grader_model: str = ""  # what the grader of RFT asks, and its tokens are paid for
    hyperparameters: str = ""  # as the service chose them, as JSON
    checkpoints: str = ""  # those that the service keeps, as JSON
    checkpoint: str = ""  # id of the one that is deployed; empty for the last state
    checkpoint_why: str = ""
    # deployment
    deployment: str = ""
    deployed: str = ""
    sku: str = ""
    live_since: str = ""  # as the service says; empty while it has no deployment
    hosted: Hosted = ()  # what earlier deployments had in hours, until they were gone
    retiring: bool = False
    retire_claim: str = ""  # when somebody began to delete its deployment
    waking: str = ""  # since when it is being woken; empty while it is not
    wake_failed: str = ""
    last_used: str = ""
    served: str = ""
    superseded: str = ""
    # its place in the line
    queued: str = ""  # since when it waits for room, in this try
    waits_for: str = ""  # code of what is full; empty while nothing is known to be
    waits_since: str = ""
    looked: str = ""  # when it last asked; one that asks no more holds up nobody
    admitted: str = ""
    approved: str = ""  # since when a person lets it exceed the budgets
    # comparison; `gate` is the rule of this run, `evaluation` the summary as JSON
    gate: str = ""
    gate_verdict: str = ""  # passed, failed, or empty
    gate_why: str = ""
    evaluation: str = ""
    told: str = ""  # ids of the last notices that a receiver took, with blanks between
    # what a person wants to know of it
    waiting: str = ""
    denied: str = ""  # since when the app has not been let do what is next, for want of a role
    warning: str = ""
    verdict: str = ""  # what the last daily round decided on its deployment, and why
    evidence: str = ""
    judged: str = ""
    deleting: str = ""  # since when its model is being deleted
    cancel_requested: str = ""
    error_code: str = ""
    error_message: str = ""
    error_hint: str = ""

    @property
    def ref(self) -> RunRef:
        """The reference to this run that travels through history."""
        return RunRef(run=self.run, model=self.model, attempt=self.attempt)

    @property
    def resting(self) -> bool:
        """Whether no orchestration works on it."""
        return self.phase in RESTING

    @property
    def answers(self) -> bool:
        """Whether a chat can be sent to its deployment."""
        live = bool(self.deployment) and not self.retiring and not self.deleting
        return live and self.phase in _ANSWERING

    @property
    def unapproved(self) -> bool:
        """Whether it waits for a person to let it exceed a budget."""
        return self.waits_for == BUDGET and not self.approved

    @property
    def served_model(self) -> str:
        """What its deployment serves: the tuned model, or a checkpoint of it."""
        return self.checkpoint or self.tuned_model

    def entered(self, phase: Phase, at: datetime, note: str = "") -> "Version":
        """This row in `phase`, with a line in its timeline."""
        calm = replace(self, waiting="", waits_for="", waits_since="", denied="")
        moved = replace(calm, phase=str(phase))
        return moved.noted(at, note)

    def noted(self, at: datetime, note: str) -> "Version":
        """This row with a line in its timeline and the phase as it was."""
        line = (self.phase, iso(at), note[:300])
        return replace(self, timeline=_newest((*self.timeline, line)))

    def to_entity(self) -> dict[str, Any]:
        """The table entity of this row."""
        keys = {"PartitionKey": self.model, "RowKey": self.run}
        lists = {name: getattr(self, name) for name in _LISTS}
        cells = {name: _text(lines) for name, lines in lists.items() if lines}
        return {**super().to_entity(), **keys, **cells}

    @classmethod
    def from_entity(cls, entity: Mapping[str, Any], etag: str) -> Self:
        """Read a table entity."""
        keys = {"model": entity["PartitionKey"], "run": entity["RowKey"], "row_etag": etag}
        lists = {name: _lines(entity.get(name)) for name in _LISTS}
        return cls(**keys, **lists, **cls._values(entity))


@dataclass(frozen=True, kw_only=True)
class Model(_Row):
    """One model name: the version it points to, the one before, and its options.

    `wanted` is a version that a person asked for and that must be woken first; `rolled_back` is the
    newer one that a person turned away from.
    """

    active: str = ""
    previous: str = ""
    promoted: str = ""
    wanted: str = ""
    rolled_back: str = ""
    pinned: str = ""
    raw: bool = False
    deleting: str = ""

    def pinned_until(self, text: str) -> "Model":
        """This row with that pin (`shared/deployments/pins.py`)."""
        return self if self.pinned == text else replace(self, pinned=text)

    def to_entity(self) -> dict[str, Any]:
        """The table entity of this row."""
        return {**super().to_entity(), "PartitionKey": self.model, "RowKey": MODEL_ROW}

    @classmethod
    def from_entity(cls, entity: Mapping[str, Any], etag: str) -> Self:
        """Read a table entity."""
        return cls(model=entity["PartitionKey"], row_etag=etag, **cls._values(entity))


def units(text: str) -> int:
    """The length of a text as a table counts it: in UTF-16 units, two for an emoji."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _text(lines: tuple[tuple[Any, ...], ...]) -> str:
    return json.dumps(lines, ensure_ascii=False)


def _lines(cell: str | None) -> Any:
    return tuple(tuple(line) for line in json.loads(cell or "[]"))


def _newest(timeline: Timeline) -> Timeline:
    """The newest lines, as many as a cell holds."""
    kept = timeline[-TIMELINE_LIMIT:]
    while units(_text(kept)) > TEXT_LIMIT:
        kept = kept[1:]
    return kept


def cleared(version: Version, *names: str) -> Version:
    """`version` with the named fields back at their defaults."""
    defaults = {f.name: f.default for f in fields(Version) if f.default is not MISSING}
    return replace(version, **{name: defaults[name] for name in names})


def iso(at: datetime) -> str:
    """A time as the registry and the HTTP answers write it: UTC, milliseconds, `Z`."""
    text = at.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def when(text: str) -> datetime | None:
    """A time that `iso` wrote, or None for an empty text."""
    return datetime.fromisoformat(text) if text else None
