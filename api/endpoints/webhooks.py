"""The door that the service itself knocks at: a job is over, so its run may look at once.

The event is a hint and no more: the run asks the service how its job is, as polling does.
"""

import asyncio
import logging
from collections import OrderedDict
from typing import Any

from fastapi import Request, Response

from api import schemas
from api.responses import body
from orchestrators import hints
from shared.registry import registry

log = logging.getLogger("tunedrop.doors")

REMEMBERED = 1000  # deliveries; the signature's time lets none be older than five minutes
_JOB = "fine_tuning.job."
_seen: "OrderedDict[str, None]" = OrderedDict()


async def told(request: Request, client: Any) -> Response:
    """`POST webhooks/openai`."""
    from shared.clients.webhooks import told as read

    event = read(await request.body(), request.headers)
    if event.id in _seen:
        return body(schemas.WebhookTaken(taken=False, reason="It was told before."))
    version = None
    if event.kind.startswith(_JOB):
        version = await asyncio.to_thread(registry().of_job, event.subject)
    if version is not None and not version.resting:
        await hints.look_now(client, version)
    # Only now: what fails on the way is delivered again, and must not be taken for a replay.
    _remember(event.id)
    log.info("webhook %s: %s of %s", event.id, event.kind, event.subject)
    if version is None:
        return body(schemas.WebhookTaken(taken=False, reason="No run has this job."))
    return body(schemas.WebhookTaken(taken=True, reason=None))


def _remember(delivery: str) -> None:
    _seen[delivery] = None
    while len(_seen) > REMEMBERED:
        _seen.popitem(last=False)
