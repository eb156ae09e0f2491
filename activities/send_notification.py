"""Send a notification to the receiver in the settings; a repeated one has the same id."""

import logging
from typing import Any

from shared.notifications import delivery
from shared.notifications.events import Notification, record_delivery
from shared.registry import registry
from shared.runs.orchestration import Result

log = logging.getLogger("tunedrop.notifications")


def send_notification(payload: object) -> dict[str, Any]:
    """One attempt to deliver; done is written into the run's row, unless it is deleted."""
    notification = Notification.from_dict(payload)
    outcome = delivery.deliver(notification, registry().find(notification.run))
    if outcome.result == Result.DONE and registry().find(notification.run):
        registry().change(notification.run, lambda row: record_delivery(row, notification))
    log.info("notification %s: %s %s", notification.id, outcome.result, outcome.message)
    return outcome.to_dict()
