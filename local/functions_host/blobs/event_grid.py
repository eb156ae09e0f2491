"""The Event Grid source: the webhook that a storage account's subscription posts to."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from azure.storage.blob import BlobClient
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from local.functions_host.blobs.source import BlobSource
from local.functions_host.blobs.work_queue import WorkQueue

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
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        kind = request.headers.get("aeg-event-type", "").lower()
        if request.method == "OPTIONS":
            origin = request.headers.get("webhook-request-origin", "")
            return Response(headers={"webhook-allowed-origin": origin})
        if kind == "unsubscribe":
            return Response(status_code=202)
        if kind not in ("subscriptionvalidation", "notification"):
            return Response(status_code=400)
        try:
            content = await request.json()
            events = [content] if isinstance(content, dict) else list(content)
            if kind == "notification":
                return await self._receive(request, events)
            echo = {"validationResponse": events[0]["data"]["validationCode"]}
            return PlainTextResponse(json.dumps(echo, separators=(",", ":")))
        except (ValueError, KeyError, TypeError, IndexError) as error:
            log.warning("Event Grid: the body is no list of events: %r", error)
            return Response(status_code=500)

    async def _receive(self, request: Request, events: list[dict[str, Any]]) -> Response:
        names = [v for n, v in request.query_params.multi_items() if n.lower() == "functionname"]
        name = names[0] if names else ""
        source = self._sources.get(name.lower())
        for event in events:
            data = event["data"]
            if source is None:
                log.warning("Event Grid: no blob function %r; the event runs nothing", name)
            elif event["eventType"] == _CREATED:
                await self._queue_event(source, data)
        return Response(status_code=202)

    async def _queue_event(self, source: BlobSource, data: dict[str, Any]) -> None:
        blob = BlobClient.from_blob_url(data["url"])
        etag, kind = data["eTag"].strip('"'), data["blobType"]
        # The event names its container; nothing guarantees that it is the trigger's.
        await self._queue.put(source.message(blob.blob_name, etag, kind, blob.container_name))
