"""The polling source: finds new and changed blobs by listing their containers."""

import asyncio
import logging
from collections.abc import Sequence

from azure.core.exceptions import AzureError, ResourceNotFoundError

from local.functions_host.blobs.receipts import Receipts, key
from local.functions_host.blobs.source import BlobMessage, BlobSource
from local.functions_host.blobs.work_queue import WorkQueue
from local.functions_host.storage import first_line

log = logging.getLogger("host")

_AT_A_TIME = 16  # receipts written side by side, so that thousands of blobs do not take minutes
_REFRESH = 10  # scans after which the receipts are listed again, in case one was deleted


class Scanner:
    """Watches one container for all functions that are triggered from it."""

    def __init__(
        self,
        sources: Sequence[BlobSource],
        receipts: Receipts,
        queue: WorkQueue,
        interval: float,
    ) -> None:
        """Prepare.

        Args:
            sources: functions of one container in one account.
            receipts: what was queued before.
            queue: takes what is found.
            interval: seconds between the end of a scan and the next one.
        """
        self._sources = sources
        self._receipts = receipts
        self._queue = queue
        self._interval = interval
        self._known: dict[str, set[str]] = {}
        self._scans = 0
        self._gate = asyncio.Semaphore(_AT_A_TIME)

    async def run(self) -> None:
        """Scan until cancelled; storage that is away for a while is only waited for."""
        while True:
            try:
                await self.scan()
            except AzureError as error:
                log.warning(
                    "cannot scan container %s: %s; trying again",
                    self._sources[0].pattern.container,
                    first_line(error),
                )
            await asyncio.sleep(self._interval)

    async def scan(self) -> None:
        """Queue every version of a blob that has no receipt yet."""
        if self._scans % _REFRESH == 0:
            await self._refresh()
        self._scans += 1
        found: list[BlobMessage] = []
        first = self._sources[0]
        try:
            async for blob in first.account.container(first.pattern.container).list_blobs():
                etag, kind = blob.etag.strip('"'), str(blob.blob_type.value)
                for source in self._sources:
                    if source.pattern.match(blob.name) is not None:
                        message = source.message(blob.name, etag, kind)
                        if key(message) not in self._known[message.function]:
                            found.append(message)
        except ResourceNotFoundError:
            return  # the container does not exist yet
        await asyncio.gather(*(self._queue_version(message) for message in found))

    async def _refresh(self) -> None:
        for source in self._sources:
            listener = source.function.listener
            self._known[listener] = await self._receipts.list_versions(listener)

    async def _queue_version(self, message: BlobMessage) -> None:
        async with self._gate:
            await self._receipts.once(message, lambda: self._queue.put(message))
            self._known[message.function].add(key(message))
