"""Intake: a dropped dataset becomes a run, or is found to be one already."""

import hashlib
from dataclasses import dataclass, replace

from shared import clock
from shared.clients import storage
from shared.datasets import names as datasets
from shared.registry import Run, registry
from shared.registry.parts import Admission, Dataset, Evaluation, RunError, TimelineEntry
from shared.registry.state import ENDED, MODEL_GONE, Phase
from shared.runs.orchestration import RunRef


@dataclass(frozen=True)
class IntakeResult:
    """What became of a dropped blob.

    Attributes:
        ref: The run that its bytes belong to; None if it is no dataset, or was deleted.
        start: Whether an orchestration must be started for it.
        message: One sentence for the log.
    """

    ref: RunRef | None
    start: bool
    message: str


def receive(blob: str) -> IntakeResult:
    """Make the run of a dropped blob, or find the one that it belongs to.

    Safe to repeat and to run twice at the same time: the row is added once, and as long as
    nothing has worked on it, `start` is true (starting a living instance again changes nothing).

    Args:
        blob: Name of the blob in the container `datasets`.
    """
    name = datasets.parse(blob)
    if name is None:
        return IntakeResult(
            None, False, f"{blob} is a companion file or not a dataset; no run was started."
        )
    facts = storage.datasets().facts(blob)
    if facts is None:
        return IntakeResult(None, False, f"{blob} no longer exists; no run was started.")
    own = name.run_id(facts.etag)
    known = registry().find(own)
    if known is not None:
        return _retry_closed_run(known, facts.etag) or receive(blob)
    sha256 = _sha256(facts)
    owner, known = _owner(name, own, sha256, facts.etag) if sha256 else (own, None)
    if known is not None:
        return _retry_closed_run(known, facts.etag) or receive(blob)
    # The claim was free, or else this is too early: whoever deletes remembers before letting go.
    if registry().has_tombstone(name.model, own):
        registry().release_claims(name.model, {own})
        return IntakeResult(
            None, False, f"{blob} was deleted as {own}; drop it again to start a new run."
        )
    now = clock.now()
    run = Run(
        model=name.model,
        id=owner,
        created=now,
        timeline=(TimelineEntry(Phase.RECEIVED, now, f"{blob}, {facts.size} bytes"),),
        dataset=Dataset(
            blob=blob,
            etag=facts.etag,
            sha256=sha256,
            size=facts.size,
        ),
    )
    registry().insert(run)
    return IntakeResult(run.ref, True, f"{blob} is run {run.id}.")


def find_missed_datasets() -> list[str]:
    """Names of the datasets that no run knows as they are now: nobody heard that they were dropped.

    An event may get lost, or fail as often as it is tried. What lies there for other reasons (it
    was deleted as a model) is not among them. Giving one to `receive` is safe at any time.
    """
    known = {(row.dataset.blob, row.dataset.etag) for row in registry().runs()}
    return [
        facts.name
        for facts in storage.datasets().list_all()
        if (name := datasets.parse(facts.name)) is not None
        and (facts.name, facts.etag) not in known
        and not registry().has_tombstone(name.model, name.run_id(facts.etag))
    ]


def _owner(name: datasets.DatasetName, own: str, sha256: str, etag: str) -> tuple[str, Run | None]:
    """The run of some bytes, with its row if it has one.

    The same bytes have another ETag when they are written again, perhaps at this time. A run that
    is being deleted owns only what was written before.
    """
    content = name.content_id(sha256)
    while True:
        run = registry().claim(name.model, content, own)
        known = registry().find(run)
        if known is None or not known.deleting_since or known.dataset.etag == etag:
            return run, known
        registry().release_claims(name.model, {run})


def repin(run: Run) -> bool:
    """Whether a run can go on whose dataset changed while it was read; its row is updated.

    It can if its own blob is as it was (a companion changed), or has the same bytes under a new
    ETag (they were dropped again).
    """
    facts = storage.datasets().facts(run.dataset.blob)
    if facts is None:
        return False
    if facts.etag != run.dataset.etag:
        if _sha256(facts) != run.dataset.sha256 or not run.dataset.sha256:
            return False
        registry().change(run.id, lambda row: row.with_dataset(etag=facts.etag))
    return True


def _retry_closed_run(known: Run, etag: str) -> IntakeResult | None:
    """The same bytes as a known run: nothing new starts, but a closed one gets another try.

    None if its deletion began at this time: what was written after that belongs to no run yet.
    """

    def repin_row(row: Run) -> Run:
        # An event may come twice, and hours late: only bytes that were written again are a request.
        if row.deleting_since or row.dataset.etag == etag:
            return row
        # The old ETag reads nothing any more; the bytes are equal.
        row = row.with_dataset(etag=etag)
        return _retry(row) if row.phase in ENDED or _was_overwritten(row) else row

    row = registry().change(known.id, repin_row)
    if row.attempt != known.attempt:
        return IntakeResult(
            row.ref, True, f"Run {row.id} was {known.phase}; a new attempt was started."
        )
    if row.deleting_since:
        if row.dataset.etag != etag:
            return None
        return IntakeResult(row.ref, False, f"Run {row.id} is being deleted; no run was started.")
    start = row.phase == Phase.RECEIVED
    return IntakeResult(row.ref, start, f"The same bytes as run {row.id}, which is {row.phase}.")


def _was_overwritten(row: Run) -> bool:
    """Whether it ended because other bytes took its place; now its own are back."""
    return row.phase == Phase.SUPERSEDED and row.error.code == "dataset_changed"


def _retry(row: Run) -> Run:
    note = f"dropped again after {row.phase}: {row.error.message}"
    retried = replace(
        row.enter_phase(Phase.RECEIVED, clock.now(), note),
        attempt=row.attempt + 1,
        cancel_requested=None,
        admission=Admission(),
        evaluation=Evaluation(gate=row.evaluation.gate),
        error=RunError(),
    )
    retried = retried.with_deployment(wake_failed=None).with_training(job_claimed=None)
    if row.error.code == "file_refused":
        retried = retried.with_training(file="", validation_file="")
    if row.error.code == MODEL_GONE:
        # The job succeeded, but nothing is left of it; a new one must not be taken for it.
        spent = (*row.training.spent_jobs, *filter(None, [row.training.job_id]))
        return _without_job(retried).with_training(
            tuned_model="", trained_tokens=0, spent_jobs=spent
        )
    return retried if row.training.job_status == "succeeded" else _without_job(retried)


def _without_job(row: Run) -> Run:
    return row.with_training(
        job_id="",
        job_status="",
        hyperparameters=None,
        checkpoints=(),
        checkpoint="",
        checkpoint_reason="",
    )


def _sha256(facts: storage.BlobFacts) -> str:
    """Of the blob's bytes; empty for one that is refused for its size, which nobody reads."""
    if facts.size > datasets.LARGEST:
        return ""
    digest = hashlib.sha256()
    for chunk in storage.datasets().chunks(facts.name, facts.etag):
        digest.update(chunk)
    return digest.hexdigest()
