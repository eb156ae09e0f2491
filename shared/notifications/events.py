"""What people are notified of: events of runs, each with an id of its own."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from shared.payload import Payload
from shared.registry import Run
from shared.registry.parts import IdleVerdict
from shared.registry.records import iso
from shared.registry.state import Phase
from shared.runs.orchestration import RunRef

UNKNOWN_ROUNDS = 2  # in a row, after which people are notified
KEPT_IDS = 5  # of delivered notifications, in a run's row
_ENDINGS = {Phase.REJECTED: "rejected", Phase.FAILED: "failed", Phase.SERVING: "serving"}

#: The orchestrators after which there may be something to notify of.
Source = Literal["fine_tune", "wake", "retire"]


@dataclass(frozen=True)
class Notification(Payload):
    """One event of a run.

    Attributes:
        id: The same however often it is sent, so that receivers recognize repetitions.
        event: `rejected`, `serving`, `failed`, `warned`, `unconfirmed`, `retired` or `woken`.
        run: Which run.
        model: Its model.
        at: ISO time of the event.
    """

    id: str
    event: str
    run: str
    model: str
    at: str


@dataclass(frozen=True)
class NotificationTrigger(Payload):
    """When to look whether there is something to notify of.

    Attributes:
        ref: The run.
        source: The orchestrator that has just dealt with it.
    """

    ref: RunRef
    source: str


def find_event(row: Run, source: str) -> Notification | None:
    """The notification that is due for a run; None if there is none or it was delivered before."""
    notification = _FINDERS[source](row)
    if notification is None or notification.id in row.notifications:
        return None
    return notification


def record_delivery(row: Run, notification: Notification) -> Run:
    """`row` with the notification among the last delivered ones."""
    return replace(row, notifications=(*row.notifications, notification.id)[-KEPT_IDS:])


def event_text(notification: Notification, row: Run) -> str:
    """What the row says about the event, in words; empty if nothing."""
    if notification.event in ("rejected", "failed"):
        return f"{row.error.message} {row.error.hint}".strip()[:1000]
    if notification.event in ("warned", "unconfirmed"):
        return row.idleness.warning
    return row.timeline[-1].note if notification.event == "retired" and row.timeline else ""


def _fine_tune_event(row: Run) -> Notification | None:
    """How the run ended. Who cancelled it knows, and a superseded one never served."""
    event = _ENDINGS.get(row.phase)
    return _notification(row, event, f"{row.attempt}") if event else None


def _wake_event(row: Run) -> Notification | None:
    return _notification(row, "woken", f"{row.attempt}") if row.answers else None


def _retire_event(row: Run) -> Notification | None:
    """A deployment is gone, or will be, or nobody can say: once for each.

    A warning comes again after another use, and `unconfirmed` after the witnesses answered between.
    """
    deployed = _digits(row.deployment.created)
    if not row.deployment.name:
        return _notification(row, "retired", deployed)
    if row.idleness.verdict == IdleVerdict.UNKNOWN:
        if row.idleness.unknown_rounds < UNKNOWN_ROUNDS:
            return None
        return _notification(row, "unconfirmed", _digits(row.idleness.unknown_since))
    if row.idleness.warning and not row.deployment.retiring:
        return _notification(
            row, "warned", f"{deployed}-{_digits(row.deployment.last_used)}".rstrip("-")
        )
    return None


_FINDERS = {"fine_tune": _fine_tune_event, "wake": _wake_event, "retire": _retire_event}


def _notification(row: Run, event: str, stamp: str) -> Notification:
    identity = f"{row.id}-{event}-{stamp}"
    return Notification(identity, event, row.id, row.model, iso(row.updated or row.created))


def _digits(at: datetime | None) -> str:
    return f"{at:%Y%m%d%H%M%S%f}" if at else ""
