"""Where a run stands: every phase, which one may follow which, and the sets that the parts act on.

`docs/pipeline.md` is generated from this table (`tools/phase_reference.py`).
"""

from enum import StrEnum


class Phase(StrEnum):
    """Where a run stands, in the order of its way to serving (docs/design.md)."""

    RECEIVED = "received"
    VALIDATING = "validating"
    REJECTED = "rejected"
    QUEUED = "queued"
    UPLOADING = "uploading"
    TRAINING = "training"
    DEPLOYING = "deploying"
    EVALUATING = "evaluating"
    SERVING = "serving"
    ASLEEP = "asleep"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"
    FAILED = "failed"


#: The way of a run to serving; it only goes forward on it.
PATH = (
    Phase.RECEIVED,
    Phase.VALIDATING,
    Phase.QUEUED,
    Phase.UPLOADING,
    Phase.TRAINING,
    Phase.DEPLOYING,
    Phase.EVALUATING,
    Phase.SERVING,
)
#: Ended before it served. Dropping the same bytes again begins another attempt.
ENDED = frozenset({Phase.REJECTED, Phase.CANCELLED, Phase.FAILED})
#: Has a tuned model that serves or could: it is woken, promoted, rolled back to.
TRAINED = frozenset({Phase.SERVING, Phase.SUPERSEDED, Phase.ASLEEP})
#: A run in one of these is not worked on; an orchestration for it has ended.
RESTING = ENDED | TRAINED
#: A chat can be sent to the deployment of a run in one of these.
ANSWERING = frozenset({Phase.SERVING, Phase.SUPERSEDED})
#: A step that is repeated late finds its work done in one of these, in this order.
STEP_ORDER = (*PATH, Phase.ASLEEP, Phase.SUPERSEDED)
#: It has not asked for room at the service yet.
BEFORE_QUEUE = frozenset({Phase.RECEIVED, Phase.VALIDATING})
#: It has not been let in yet. Validation may still be at work when a person already approves.
BEFORE_ADMISSION = BEFORE_QUEUE | {Phase.QUEUED}

_CLOSED = ENDED | {Phase.SUPERSEDED}
#: What follows each phase; a phase of `PATH` may also be followed by any later one of it.
TRANSITIONS: dict[Phase, frozenset[Phase]] = {
    Phase.RECEIVED: _CLOSED | {Phase.VALIDATING},
    Phase.VALIDATING: _CLOSED | {Phase.QUEUED},
    Phase.QUEUED: _CLOSED | {Phase.UPLOADING},
    Phase.UPLOADING: _CLOSED | {Phase.TRAINING},
    Phase.TRAINING: _CLOSED | {Phase.DEPLOYING},
    # A run that is woken deploys, too, and sleeps again if that fails.
    Phase.DEPLOYING: _CLOSED | {Phase.EVALUATING, Phase.SERVING, Phase.ASLEEP},
    Phase.EVALUATING: _CLOSED | {Phase.SERVING},
    # From serving to deploying: its deployment has gone, and it is woken.
    Phase.SERVING: frozenset({Phase.SUPERSEDED, Phase.ASLEEP, Phase.DEPLOYING}),
    Phase.ASLEEP: frozenset({Phase.DEPLOYING, Phase.SUPERSEDED}),
    # From superseded to received: other bytes had taken its place, and its own are back.
    Phase.SUPERSEDED: frozenset({Phase.SERVING, Phase.DEPLOYING, Phase.RECEIVED}),
    Phase.REJECTED: frozenset({Phase.RECEIVED}),
    Phase.CANCELLED: frozenset({Phase.RECEIVED}),
    Phase.FAILED: frozenset({Phase.RECEIVED}),
}


#: Error code of a run whose tuned model the service lost: nothing can be deployed any more.
MODEL_GONE = "tuned_model_gone"


def may_follow(phase: Phase, earlier: Phase) -> bool:
    """Whether a run in `earlier` may enter `phase`."""
    if phase in TRANSITIONS[earlier]:
        return True
    on_path = phase in PATH and earlier in PATH
    return on_path and PATH.index(phase) > PATH.index(earlier)
