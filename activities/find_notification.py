"""Find the notification that is due for a run."""

from typing import Any

from shared.notifications import events
from shared.registry import registry


def find_notification(payload: object) -> dict[str, Any] | None:
    """The notification; None if there is none, or if the run has another attempt by now."""
    trigger = events.NotificationTrigger.from_dict(payload)
    row = registry().find(trigger.ref.run)
    if row is None or row.attempt != trigger.ref.attempt:
        return None
    notification = events.find_event(row, trigger.source)
    return None if notification is None else notification.to_dict()
