"""Where a run stands: its phases, and the sets of them that the parts act on."""

from enum import StrEnum


class Phase(StrEnum):
    """Where a run stands (design §2)."""

    RECEIVED = "received"
    VALIDATING = "validating"
    REJECTED = "rejected"
    UPLOADING = "uploading"
    QUEUED = "queued"
    TRAINING = "training"
    DEPLOYING = "deploying"
    EVALUATING = "evaluating"
    SERVING = "serving"
    ASLEEP = "asleep"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"
    FAILED = "failed"


#: A run in one of these is not worked on; an orchestration for it has ended.
RESTING = frozenset(
    {
        Phase.REJECTED,
        Phase.SERVING,
        Phase.ASLEEP,
        Phase.SUPERSEDED,
        Phase.CANCELLED,
        Phase.FAILED,
    }
)
#: Dropping the same bytes again gives these another try; all others go on as they are.
RETRIABLE = frozenset({Phase.REJECTED, Phase.CANCELLED, Phase.FAILED})
#: A chat can be sent to the deployment of a run in one of these.
ANSWERING = frozenset({Phase.SERVING, Phase.SUPERSEDED})
