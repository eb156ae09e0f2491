"""The Event Grid source: the webhook that a storage account's subscription posts to."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from azure.storage.blob import BlobClient

from local.functions_host.blobs.source import BlobSource
from local.functions_host.blobs.work_queue import WorkQueue
from local.functions_host.web.asgi import Receive, Scope, Send, answer, body, header, query

log = logging.getLogger("host")

_CREATED = "Microsoft.Storage.BlobCreated"


class EventGridWebhook:
    """`POST /runtime/webhooks/blobs?functionName=Host.Functions.x`.

    As in the real host, events leave no receipt and are not checked against the ETag or the path:
    a repeated event runs again, and what the subscription lets through the function gets.
    """

    def __init__(self, sources: Mapping[str, BlobSource], queue: WorkQueue | None) -> None:
        self._sources = {name.lower(): source for name, source in sources.items()}
        self._queue = queue

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the handshake with 200, events with 202."""
        name = next((v for n, v in query(scope) if n.lower() == "functionname"), "")
        source = self._sources.get(name.lower())
        if source is None or self._queue is None:
            await answer(send, 404, f"cannot find function: '{name}'".encode(), "text/plain")
            return
        kind = (header(scope, b"aeg-event-type") or "").lower()
        try:
            events = json.loads(await body(receive))
            if kind == "subscriptionvalidation":
                code = events[0]["data"]["validationCode"]
                content = json.dumps({"validationResponse": code}).encode()
                await answer(send, 200, content, "application/json; charset=utf-8")
                return
            if kind == "notification":
                for event in events:
                    await self._queue_event(source, self._queue, event)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            log.warning("Event Grid: the body is no list of events: %r", error)
            await answer(send, 400)
            return
        await answer(send, 202 if kind in ("notification", "unsubscribe") else 400)

    async def _queue_event(
        self, source: BlobSource, queue: WorkQueue, event: dict[str, Any]
    ) -> None:
        if event["eventType"] != _CREATED:
            return
        data = event["data"]
        blob = BlobClient.from_blob_url(data["url"])
        message = source.message(blob.blob_name, data["eTag"].strip('"'), data["blobType"])
        # The event names its container; nothing guarantees that it is the trigger's.
        await queue.put(message.moved_to(blob.container_name))
