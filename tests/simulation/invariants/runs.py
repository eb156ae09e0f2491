"""Every run ends, in its order, with a reason; and the newest data serve."""

from collections import Counter
from datetime import datetime
from itertools import pairwise

from orchestrators.client import fine_tune_instance
from shared.registry import Run
from shared.registry.state import RESTING, Phase
from tests.simulation.evidence import Complaints, Evidence, tries
from tests.simulation.invariants.waiting import waits

_AT_WORK = (
    *(Phase.RECEIVED, Phase.VALIDATING, Phase.QUEUED, Phase.UPLOADING, Phase.TRAINING),
    *(Phase.DEPLOYING, Phase.EVALUATING),
)
_ENDS = (Phase.REJECTED, Phase.CANCELLED, Phase.FAILED, Phase.SUPERSEDED)
#: What may follow each phase in a timeline: the next one, an end, or the same with another note.
AFTER = {
    **{one: (one, two, *_ENDS) for one, two in pairwise((*_AT_WORK, Phase.SERVING))},
    Phase.DEPLOYING: (Phase.DEPLOYING, Phase.EVALUATING, Phase.SERVING, Phase.ASLEEP, *_ENDS),
    Phase.SERVING: (Phase.SERVING, Phase.SUPERSEDED, Phase.ASLEEP, Phase.DEPLOYING),
    Phase.SUPERSEDED: (Phase.SUPERSEDED, Phase.RECEIVED, Phase.DEPLOYING, Phase.SERVING),
    Phase.ASLEEP: (Phase.ASLEEP, Phase.DEPLOYING),
    **dict.fromkeys((Phase.REJECTED, Phase.CANCELLED, Phase.FAILED), (Phase.RECEIVED,)),
}


def every_run_settles(evidence: Evidence) -> Complaints:
    """Every run serves, has ended or waits with a reason; no orchestration fails or hangs."""
    for row in evidence.rows:
        if waits(row):
            continue
        if row.phase not in RESTING:
            status = evidence.instances.get(row.id)
            yield f"{row.id} is {row.phase} ({row.waiting or 'no reason'}); instance {status}"
        elif row.phase in (Phase.REJECTED, Phase.FAILED) and not row.error.message:
            yield f"{row.id} is {row.phase} without a reason"
    waiting = {fine_tune_instance(row.ref) for row in evidence.rows if waits(row)}
    for instance, status in evidence.instances.items():
        well = ("Running",) if instance in waiting else ("Completed", "ContinuedAsNew")
        if status not in well:
            yield f"orchestration {instance} is {status}"
    # Away for longer than the tries of a drop: the next daily round finds it.
    if evidence.poison and not any(fault.kind == "fail" for fault in evidence.story.faults):
        yield f"{evidence.poison} dropped blobs were given up (poison queue)"


def phases_in_order(evidence: Evidence) -> Complaints:
    """Phases follow each other in order; only another attempt or a waking starts over."""
    for row in evidence.rows:
        phases = [Phase(phase) for phase, _, _ in row.timeline]
        for before, after in pairwise(phases):
            if after not in AFTER.get(before, ()):
                yield f"{row.id} went from {before} to {after}"


def no_try_without_drop(evidence: Evidence) -> Complaints:
    """A run has at most as many attempts as its bytes were dropped, however many events came."""
    for row in evidence.rows:
        begun = tries(row)
        drops = sum(digest == row.dataset.sha256 for _, digest, _ in evidence.seen.dropped)
        if begun > drops:
            yield f"{row.id} was begun {begun} times, its bytes were dropped {drops} times"


def no_failure_from_transient_fault(evidence: Evidence) -> Complaints:
    """Transient faults delay a run; only its data or a budget can make it fail."""
    for row in evidence.rows:
        if row.phase == Phase.FAILED and not _may_fail(evidence, row):
            yield f"{row.id} failed: {row.error.code}: {row.error.message}"


def _may_fail(evidence: Evidence, row: Run) -> bool:
    if row.error.code == "not_approved":
        approved = evidence.seen.approved.get(row.id)
        # An approval is for one try: who drops a cancelled run's bytes again is asked again.
        return approved is None or approved < _last_start(row)
    return row.error.code == "job_failed" and row.dataset.sha256 in evidence.seen.flawed


def _last_start(row: Run) -> datetime:
    """When its last try began."""
    begun = [at for phase, at, _ in row.timeline if phase == Phase.RECEIVED]
    return begun[-1] if begun else row.created


def every_dataset_has_its_run(evidence: Evidence) -> Complaints:
    """The bytes that were dropped last have a run, which serves unless it was stopped."""
    last = {blob: (digest, at) for blob, digest, at in evidence.seen.dropped}
    for blob, (digest, at) in last.items():
        deleted = evidence.seen.deleted.get(blob.removesuffix(".jsonl"))
        if deleted is not None and at < deleted:
            continue
        runs = [
            row
            for row in evidence.rows
            if row.dataset.blob == blob and row.dataset.sha256 == digest
        ]
        if len(runs) != 1:
            yield f"the last bytes of {blob} have {len(runs)} runs"
        for row in runs:
            yield from _check_end(evidence, row)


def _check_end(evidence: Evidence, row: Run) -> Complaints:
    if row.phase == Phase.SERVING and row.dataset.sha256 in evidence.seen.flawed:
        yield f"{row.id} serves, but its training could not have succeeded"
    if row.phase == Phase.CANCELLED and not row.cancel_requested:
        yield f"{row.id} was cancelled, and nobody asked for that"
    if row.phase == Phase.SERVING and evidence.models[row.model].active != row.id:
        yield f"{row.id} says it serves, but {row.model} points to another version"
    chosen = any(
        one.model == row.model and one.run for one in evidence.seen.requests if one.is_accepted
    )
    if row.phase == Phase.SUPERSEDED and not chosen and not _has_older_bytes(evidence, row):
        yield f"{row.id} has the newest bytes of {row.dataset.blob}, but is superseded"


def _has_older_bytes(evidence: Evidence, row: Run) -> bool:
    """Whether older bytes were dropped again after newer ones: they stay what they were."""
    digests = [d for blob, d, _ in evidence.seen.dropped if blob == row.dataset.blob]
    return digests.index(row.dataset.sha256) != len(digests) - 1


def one_version_serves(evidence: Evidence) -> Complaints:
    """A model's name points to a version that serves, and no other version is `serving`."""
    serving = Counter(row.model for row in evidence.rows if row.phase == Phase.SERVING)
    for model, count in serving.items():
        if count > 1:
            yield f"{count} versions of {model} say that they serve"
    # A name can be pinned before it has a version.
    for model, row in ((name, row) for name, row in evidence.models.items() if row.active):
        active = evidence.row(row.active)
        if active is None or active.phase not in (Phase.SERVING, Phase.ASLEEP):
            yield f"{model} points to {row.active}, which is {active and active.phase}"
        if row.previous == row.active:
            yield f"{model} has {row.previous} as its version and as the one before"
