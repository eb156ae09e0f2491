"""Delivery of a notification: what is sent, where to, and what the receiver's answer means."""

import asyncio
import json
import time
from dataclasses import dataclass
from typing import Any

from shared.notifications.events import Notification, event_text
from shared.notifications.signing import sign
from shared.payload import Payload
from shared.registry import Run
from shared.runs.orchestration import OrchestrationState, Outcome
from shared.settings import settings

TIMEOUT = 10.0  # seconds; a receiver should answer first and work then
_GONE = 410  # Standard Webhooks: the receiver wants no more


@dataclass(frozen=True)
class Delivery(Payload):
    """The input of the orchestrator `notify`, which it also continues as new with."""

    notification: Notification
    state: OrchestrationState


def encode(notification: Notification, row: Run | None) -> bytes:
    """The body of the webhook.

    Args:
        notification: The event.
        row: The run's row, which has the words: history must not have them. None if it is deleted.

    Returns:
        JSON with `type`, `timestamp` and `data`, in UTF-8.
    """
    data: dict[str, Any] = {"run": notification.run, "model": notification.model}
    text = event_text(notification, row) if row else ""
    if text:
        data["message"] = text
    event = {"type": f"run.{notification.event}", "timestamp": notification.at, "data": data}
    return json.dumps(event, ensure_ascii=False).encode("utf-8", "backslashreplace")


def deliver(notification: Notification, row: Run | None) -> Outcome:
    """Send a notification once to the receiver in the settings; for a thread without event loop.

    Returns:
        Done if the receiver accepted it (2xx). Refused if it wants no more (410), or if there is no
        receiver in the settings. Otherwise a wait.
    """
    url, secret = settings().notify_url, settings().notify_secret
    if url is None or secret is None:
        return Outcome.refuse("no_receiver", "NOTIFY_URL or NOTIFY_SECRET is no longer set.")
    body = encode(notification, row)
    # Real time, also where the app's own clock is moved: the receiver's clock is not.
    headers = sign(secret, notification.id, int(time.time()), body)
    return asyncio.run(_post(url, body, {"content-type": "application/json", **headers}))


async def _post(url: str, body: bytes, headers: dict[str, str]) -> Outcome:
    import aiohttp

    try:
        timeout = aiohttp.ClientTimeout(total=TIMEOUT)
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
            # A redirect is not followed: the signature is for the configured receiver only.
            session.post(url, data=body, headers=headers, allow_redirects=False) as answer,
        ):
            return _outcome(answer.status)
    except (aiohttp.ClientError, TimeoutError) as error:
        # Without the error's text: it may hold the address, and the address a token.
        return Outcome.wait("unreachable", f"The receiver gave {type(error).__name__}.")


def _outcome(status: int) -> Outcome:
    if 200 <= status < 300:
        return Outcome.done()
    if status == _GONE:
        return Outcome.refuse("gone", "The receiver refuses further notifications (HTTP 410).")
    return Outcome.wait("not_accepted", f"The receiver answered HTTP {status}.")
