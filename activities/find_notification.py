"""Find what there is to tell of a run at this moment."""

from typing import Any

from shared.notifications import notification
from shared.notifications.notification import Moment
from shared.registry import registry


def find_notification(payload: object) -> dict[str, Any] | None:
    """The notice, or None if there is nothing to tell or the run has gone on since."""
    moment = Moment.from_dict(payload)
    row = registry().find(moment.ref.run)
    if row is None or row.attempt != moment.ref.attempt:
        return None
    notice = notification.found(row, moment.kind)
    return None if notice is None else notice.to_dict()
