"""The storage account behind a connection string, where the host keeps records of its own."""

import logging
from contextlib import suppress
from typing import Any

from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError
from azure.storage.blob.aio import BlobClient, BlobServiceClient, ContainerClient
from azure.storage.queue import TextBase64DecodePolicy, TextBase64EncodePolicy
from azure.storage.queue.aio import QueueClient, QueueServiceClient

_AZURITE = (
    "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEt"
    "lCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;"
    "BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1;"
    "QueueEndpoint=http://127.0.0.1:10001/devstoreaccount1;"
)  # the published key of every storage emulator, no secret

# The SDK's own first pause is 15 seconds: right for a service, wrong for an emulator close by.
_PATIENCE: dict[str, Any] = {"retry_total": 2, "initial_backoff": 1, "increment_base": 2}

log = logging.getLogger("host")


def first_line(error: Exception) -> str:
    """A storage error without the service's XML."""
    return str(error).partition("\n")[0]


class Account:
    """Blobs and queues of one account. Containers and queues are made when first written to."""

    def __init__(self, connection_string: str) -> None:
        text = connection_string
        if text.strip().rstrip(";").lower() == "usedevelopmentstorage=true":
            text = _AZURITE
        self._blobs: BlobServiceClient = BlobServiceClient.from_connection_string(text, **_PATIENCE)
        self._queues: QueueServiceClient = QueueServiceClient.from_connection_string(
            text, **_PATIENCE
        )
        self._made: set[str] = set()

    def container(self, name: str) -> ContainerClient:
        """A client for a container."""
        return self._blobs.get_container_client(name)

    def blob(self, container: str, name: str) -> BlobClient:
        """A client for a blob."""
        return self._blobs.get_blob_client(container, name)

    def queue(self, name: str) -> QueueClient:
        """A client for a queue whose messages are base64 texts, as the real host's are."""
        return self._queues.get_queue_client(
            name,
            message_encode_policy=TextBase64EncodePolicy(),
            message_decode_policy=TextBase64DecodePolicy(),
        )

    async def read(self, container: str, name: str) -> bytes | None:
        """The whole content of a blob, or None if there is no such blob."""
        try:
            stream = await self.blob(container, name).download_blob()
            return bytes(await stream.readall())
        except ResourceNotFoundError:
            return None

    async def write(self, container: str, name: str, content: bytes) -> None:
        """Write a whole blob, over what is there."""
        await self.ensure_container(container)
        await self.blob(container, name).upload_blob(content, overwrite=True)

    async def ensure_container(self, name: str) -> None:
        """Make the container unless it is there."""
        await self._ensure(f"container {name}", self.container(name).create_container)

    async def ensure_queue(self, name: str) -> None:
        """Make the queue unless it is there."""
        await self._ensure(f"queue {name}", self.queue(name).create_queue)

    async def close(self) -> None:
        """Close the connections."""
        await self._blobs.close()
        await self._queues.close()

    async def _ensure(self, key: str, create: Any) -> None:
        if key in self._made:
            return
        with suppress(ResourceExistsError):
            await create()
        self._made.add(key)
