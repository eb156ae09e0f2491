"""Events of the service: a job is over, so its run may look at once.

An event is a hint and no more: the run asks the service for the state of its job, as polling does.
"""

import asyncio
import logging
from collections import OrderedDict
from typing import Any

from fastapi import Request, Response

from api.endpoint import Access, endpoint
from api.requests import read_body
from api.responses import json_response
from api.schemas.webhooks import WebhookReceipt
from shared.registry import registry

log = logging.getLogger("tunedrop.api")

LARGEST = 1_000_000  # bytes of an event, which has a few hundred
REMEMBERED = 1000  # deliveries; the signature's time lets none be older than five minutes
_JOB = "fine_tuning.job."
_seen: "OrderedDict[str, None]" = OrderedDict()


@endpoint(
    "POST", "webhooks/openai", access=Access.SIGNATURE, response=WebhookReceipt, errors=(400, 413)
)
async def receive_webhook(request: Request, client: Any) -> Response:
    """Receive an event of the service, signed with Standard Webhooks; the run polls its job."""
    from orchestrators.client import poll_now
    from orchestrators.daily_round import begin_overdue_round
    from shared.clients.webhooks import read_event as read

    event = read(await read_body(request, LARGEST), request.headers)
    if event.id in _seen:
        return json_response(WebhookReceipt(taken=False, reason="It was delivered before."))
    run = None
    if event.kind.startswith(_JOB):
        run = await asyncio.to_thread(registry().find_by_job, event.subject)
    if run is not None and not run.resting:
        await poll_now(client, run)
    # Only now: what fails on the way is delivered again, and must not be taken for a replay.
    _remember(event.id)
    log.info("webhook %s: %s of %s", event.id, event.kind, event.subject)
    await begin_overdue_round(client, "a webhook")
    if run is None:
        return json_response(WebhookReceipt(taken=False, reason="No run has this job."))
    return json_response(WebhookReceipt(taken=True, reason=None))


def _remember(delivery: str) -> None:
    _seen[delivery] = None
    while len(_seen) > REMEMBERED:
        _seen.popitem(last=False)
