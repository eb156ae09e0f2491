"""Running blob functions off the queue: current version, five tries, then the poison queue."""

import asyncio
import json
import logging
import time
from collections.abc import Mapping
from types import SimpleNamespace

from azure.core.exceptions import AzureError, ResourceNotFoundError
from azure.functions.meta import Datum
from azure.storage.blob import BlobProperties
from azure.storage.queue import QueueMessage

from local.functions_host import logs
from local.functions_host.blobs.properties import describe
from local.functions_host.blobs.receipts import Receipts
from local.functions_host.blobs.source import BlobMessage, BlobSource
from local.functions_host.blobs.work_queue import POISON, WorkQueue, put_poison
from local.functions_host.storage import first_line
from local.functions_host.worker.invocation import Failure, Invocation, Invoker

log = logging.getLogger("host")

_AHEAD = 2


class BlobRunner:
    """Takes messages off the queue and runs their functions, several at a time."""

    def __init__(
        self,
        sources: Mapping[str, BlobSource],
        queue: WorkQueue,
        receipts: Receipts,
        invoker: Invoker,
        parallelism: int,
        tries: int,
        interval: float,
    ) -> None:
        """Prepare.

        Args:
            sources: blob functions by the name that messages carry.
            queue: where messages come from.
            receipts: consulted when a blob has changed since it was queued.
            invoker: runs the functions.
            parallelism: functions at a time (host.json, blobs.maxDegreeOfParallelism).
            tries: runs of a failing function for one blob (blobs.poisonBlobThreshold).
            interval: seconds between looks at an empty queue.
        """
        self._sources = sources
        self._polls = any(not source.event_grid for source in sources.values())
        self._queue = queue
        self._receipts = receipts
        self._invoker = invoker
        self._gate = asyncio.Semaphore(parallelism)
        self._parallelism = parallelism
        self._tries = tries
        self._interval = interval
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            while True:
                if not await self._take():
                    await self._wait()
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _take(self) -> bool:
        # More than can run: the next ones are at hand when one ends.
        room = _AHEAD * self._parallelism - len(self._tasks)
        if room < 1:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
            return True
        try:
            messages = await self._queue.take(room)
        except AzureError as error:
            log.warning("cannot read the queue: %s; trying again", first_line(error))
            return False
        for message in messages:
            task = asyncio.create_task(self._handle(message))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return bool(messages)

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(self._interval):
                await self._queue.arrived.wait()
        except TimeoutError:
            pass

    async def _handle(self, message: QueueMessage) -> None:
        async with self._queue.hide(message), self._gate:
            try:
                await self._work(message)
            except AzureError as error:
                log.warning("storage failed: %s; trying again", first_line(error))
                await self._queue.retry(message)

    async def _work(self, message: QueueMessage) -> None:
        try:
            blob = BlobMessage.from_json(str(message.content))
            source = self._sources[blob.function]
            properties = await source.account.blob(blob.container, blob.blob).get_blob_properties()
        except (ValueError, KeyError, ResourceNotFoundError):
            # Of a function that is no more, or a blob that is no more: dropped without a word.
            await self._queue.delete(message)
            return
        current = f'"{properties.etag.strip(chr(34))}"'
        outdated = current != blob.etag
        if outdated and not source.event_grid:
            await self._requeue(message, source, properties)
        elif outdated and self._polls:
            # So the real extension does in an app that polls for other blobs, and only there.
            await self._queue.delete(message)
        elif await self._try(message, source, properties):
            await self._queue.delete(message)
        elif (message.dequeue_count or 0) < self._tries:
            await self._queue.retry(message)
        else:
            log.error(
                "Message has reached MaxDequeueCount of %s. Moving message to queue '%s'.",
                self._tries,
                POISON,
            )
            await put_poison(source.account, str(message.content))
            await self._queue.delete(message)

    async def _requeue(
        self, message: QueueMessage, source: BlobSource, properties: BlobProperties
    ) -> None:
        """The blob was written again since: this message is void, the new version gets its own."""
        fresh = source.message(
            properties.name, properties.etag.strip('"'), str(properties.blob_type.value)
        )
        await self._receipts.once(fresh, lambda: self._queue.put(fresh))
        await self._queue.delete(message)

    async def _try(
        self, message: QueueMessage, source: BlobSource, properties: BlobProperties
    ) -> bool:
        path = f"{properties.container}/{properties.name}"
        began = time.monotonic()
        outcome = "ok"
        try:
            await self._invoker.convert(source.function, await _invocation(source, properties))
        except Failure as failure:
            logs.log_failure(source.function.name, failure)
            outcome = f"try {message.dequeue_count} of {self._tries} failed"
        milliseconds = (time.monotonic() - began) * 1000
        log.info("blob %s %s: %s, %.0f ms", source.function.name, path, outcome, milliseconds)
        return outcome == "ok"


async def _invocation(source: BlobSource, properties: BlobProperties) -> Invocation:
    name = source.function.trigger["name"]
    parameter = source.function.signature.inputs[name]
    if parameter.sdk_type:
        data = _reference(source, properties)
    else:
        content = await source.account.read(properties.container, properties.name)
        data = Datum(content or b"", "bytes")
    return Invocation(inputs={name: data}, metadata=_metadata(source, properties))


def _reference(source: BlobSource, properties: BlobProperties) -> Datum:
    """What an SDK-type parameter is made from: names only, no contents."""
    content = {
        "Connection": source.connection,
        "ContainerName": properties.container,
        "BlobName": properties.name,
    }
    binding = SimpleNamespace(
        version="1.0",
        source="AzureStorageBlobs",
        content_type="application/json",
        content=json.dumps(content).encode(),
    )
    return Datum(binding, "model_binding_data")


def _metadata(source: BlobSource, properties: BlobProperties) -> dict[str, Datum]:
    path = f"{properties.container}/{properties.name}"
    values = source.pattern.match(properties.name) or {}
    return {
        "BlobTrigger": Datum(path, "string"),
        "Uri": Datum(source.account.blob(properties.container, properties.name).url, "string"),
        "Properties": Datum(json.dumps(describe(properties)), "json"),
        "Metadata": Datum(json.dumps(properties.metadata or {}), "json"),
        **{name: Datum(value, "string") for name, value in values.items()},
    }
