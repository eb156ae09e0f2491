"""What users do to a running app and see of it, while a story runs."""

from dataclasses import dataclass, field
from datetime import datetime

from tests.simulation.story import Action


@dataclass(frozen=True)
class ModelRequest:
    """An answered request: when (virtual time), how, and for which version if it says so."""

    what: str
    model: str
    run: str
    at: datetime
    status: int
    body: str

    @property
    def is_accepted(self) -> bool:
        """Whether the answer says that it is, or will be, done."""
        return 200 <= self.status < 300


@dataclass(frozen=True)
class Chat:
    """A chat: of which model, when (virtual time), what came back, and whether it asked to wait."""

    model: str
    at: datetime
    status: int
    body: str
    waits: bool = False


@dataclass
class Observations:
    """What was done and seen from outside; everything else is looked up afterwards.

    Attributes:
        blobs: Bytes and ETag of what was dropped last, by blob.
        dropped: Every dropped bytes' digest with the blob and when, in order.
        flawed: Digests of the bytes of which the service's job fails.
        pins: When a model was pinned.
        approved: When a run was let above the budget.
        event_lost: Digest of the bytes in a blob whose event was lost.
        deleted: When the deletion of a model was asked for.
        requests: What was asked of models, with the answers, in order.
        skipped: Actions whose point was never reached.
    """

    blobs: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    dropped: list[tuple[str, str, datetime]] = field(default_factory=list)
    chats: list[Chat] = field(default_factory=list)
    flawed: set[str] = field(default_factory=set)
    event_lost: dict[str, str] = field(default_factory=dict)
    pins: dict[str, datetime] = field(default_factory=dict)
    cancelled: list[str] = field(default_factory=list)
    approved: dict[str, datetime] = field(default_factory=dict)
    deleted: dict[str, datetime] = field(default_factory=dict)
    requests: list[ModelRequest] = field(default_factory=list)
    skipped: list[Action] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
