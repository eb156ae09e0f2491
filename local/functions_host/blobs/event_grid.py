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

    As in the real host, events leave no receipt and are not checked against the path: a repeated
    event runs again, and what the subscription lets through the function gets. An event for an
    unknown function is accepted and runs nothing.
    """

    def __init__(self, sources: Mapping[str, BlobSource], queue: WorkQueue) -> None:
        self._sources = {name.lower(): source for name, source in sources.items()}
        self._queue = queue

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a handshake with 200, events with 202, what cannot be read with 500.

        After a 500 Event Grid delivers again.
        """
        kind = (header(scope, b"aeg-event-type") or "").lower()
        if scope["method"] == "OPTIONS":
            origin = (header(scope, b"webhook-request-origin") or "").encode("latin-1")
            await answer(send, 200, headers=[(b"webhook-allowed-origin", origin)])
        elif kind == "unsubscribe":
            await answer(send, 202)
        elif kind in ("subscriptionvalidation", "notification"):
            content = await body(receive)
            try:
                await self._receive(scope, kind, json.loads(content), send)
            except (ValueError, KeyError, TypeError, IndexError) as error:
                log.warning("Event Grid: the body is no list of events: %r", error)
                await answer(send, 500)
        else:
            await answer(send, 400)

    async def _receive(self, scope: Scope, kind: str, content: Any, send: Send) -> None:
        events: list[dict[str, Any]] = [content] if isinstance(content, dict) else list(content)
        if kind == "subscriptionvalidation":
            echo = {"validationResponse": events[0]["data"]["validationCode"]}
            text = json.dumps(echo, separators=(",", ":"))
            await answer(send, 200, text.encode(), "text/plain; charset=utf-8")
            return
        name = next((v for n, v in query(scope) if n.lower() == "functionname"), "")
        source = self._sources.get(name.lower())
        for event in events:
            data = event["data"]
            if source is None:
                log.warning("Event Grid: no blob function %r; the event runs nothing", name)
            elif event["eventType"] == _CREATED:
                await self._queue_event(source, data)
        await answer(send, 202)

    async def _queue_event(self, source: BlobSource, data: dict[str, Any]) -> None:
        blob = BlobClient.from_blob_url(data["url"])
        message = source.message(blob.blob_name, data["eTag"].strip('"'), data["blobType"])
        # The event names its container; nothing guarantees that it is the trigger's.
        await self._queue.put(message.with_container(blob.container_name))
