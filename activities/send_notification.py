"""Send a notice to the receiver in the settings; whoever repeats it sends the same id."""

import logging
import time
from typing import Any

from shared.notifications import notification
from shared.notifications.notification import Notice
from shared.registry import registry
from shared.runs.orchestration import Outcome, Result
from shared.settings import settings

log = logging.getLogger("tunedrop.notices")

SECONDS = 10.0  # that a receiver may take; it should answer first and work then
GONE = 410  # Standard Webhooks: the receiver wants no more


def send_notification(payload: object) -> dict[str, Any]:
    """Done when the receiver took it (2xx), refused when it wants none, else a wait."""
    notice = Notice.from_dict(payload)
    outcome = _send(notice)
    if outcome.result == Result.DONE and registry().find(notice.run):
        registry().change(notice.run, lambda row: notification.told(row, notice))
    log.info("notice %s: %s %s", notice.id, outcome.result, outcome.message)
    return outcome.to_dict()


def _send(notice: Notice) -> Outcome:
    import httpx

    url, secret = settings().notify_url, settings().notify_secret
    if url is None or secret is None:
        return Outcome.refused("no_receiver", "NOTIFY_URL or NOTIFY_SECRET is not set any more.")
    sent = notification.body(notice, registry().find(notice.run))
    # Real time, also where the app's own clock is moved: the receiver's clock is not.
    headers = notification.signed_headers(secret, notice.id, int(time.time()), sent)
    try:
        answer = httpx.post(url, content=sent, headers=headers, timeout=SECONDS)
    except httpx.HTTPError as error:
        # Not its text: that may have the address, and the address a token.
        return Outcome.wait("unreachable", f"The receiver gave {type(error).__name__}.")
    if answer.is_success:
        return Outcome.done()
    if answer.status_code == GONE:
        return Outcome.refused("gone", "The receiver wants no more notices (HTTP 410).")
    return Outcome.wait("not_taken", f"The receiver answered HTTP {answer.status_code}.")
