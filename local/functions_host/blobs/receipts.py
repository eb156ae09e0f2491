"""Receipts: empty blobs that say which version of a blob was queued for which function.

Layout as the real host's, so that its tools and its documentation hold: deleting a receipt makes
the function run again for that version.
"""

from collections.abc import Awaitable, Callable

from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError

from local.functions_host.blobs.source import BlobMessage
from local.functions_host.storage import Account

CONTAINER = "azure-webjobs-hosts"
_INCOMPLETE = "Incomplete"


class Receipts:
    """The receipts of one host."""

    def __init__(self, account: Account, host_id: str) -> None:
        self._account = account
        self._root = f"blobreceipts/{host_id}"

    async def list_versions(self, listener: str) -> set[str]:
        """Of one function, `etag/container/blob` of all versions that were queued for good."""
        prefix = f"{self._root}/{listener}/"
        found: set[str] = set()
        container = self._account.container(CONTAINER)
        try:
            async for blob in container.list_blobs(name_starts_with=prefix, include=["metadata"]):
                if not _is_incomplete(blob.metadata):
                    found.add(blob.name.removeprefix(prefix))
        except ResourceNotFoundError:
            return set()
        return found

    async def once(self, message: BlobMessage, queue: Callable[[], Awaitable[None]]) -> bool:
        """Call `queue` unless that was done for this version before; whether it was called now.

        A host that died between the two steps leaves an incomplete receipt, and the next one to
        come queues again: at least once, never not at all. (The real host leases the receipt
        meanwhile, against its other instances; a laptop has one.)
        """
        await self._account.ensure_container(CONTAINER)
        blob = self._account.blob(CONTAINER, f"{self._root}/{message.function}/{key(message)}")
        try:
            await blob.upload_blob(b"", metadata={_INCOMPLETE: _INCOMPLETE})
        except ResourceExistsError:
            if not _is_incomplete((await blob.get_blob_properties()).metadata):
                return False
        await queue()
        await blob.set_blob_metadata({})
        return True


def key(message: BlobMessage) -> str:
    """Where the receipt of a version lies, below its function."""
    return f"{message.etag}/{message.container}/{message.blob}"


def _is_incomplete(metadata: dict[str, str] | None) -> bool:
    return any(name.lower() == _INCOMPLETE.lower() for name in metadata or {})
