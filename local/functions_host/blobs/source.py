"""One blob function with the account and container that it watches."""

from dataclasses import dataclass

from local.functions_host.blobs.message import BlobMessage
from local.functions_host.blobs.pattern import BlobPattern
from local.functions_host.storage import Account
from local.functions_host.worker.functions import Function


@dataclass(frozen=True)
class BlobSource:
    """What the triggers need to know of one blob function.

    `connection` is the name of the setting, which SDK-type parameters get instead of contents.
    """

    function: Function
    pattern: BlobPattern
    connection: str
    account: Account
    event_grid: bool

    def message(self, blob: str, etag: str, blob_type: str) -> BlobMessage:
        """The queue message for one version of a blob; the ETag without quotes."""
        return BlobMessage(
            function=self.function.listener,
            blob_type=blob_type,
            container=self.pattern.container,
            blob=blob,
            etag=f'"{etag}"',
        )
