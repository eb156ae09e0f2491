"""The input container: datasets and their companions, read only."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from shared.clients.refusals import BLOBS
from shared.clients.storage.account import PIECE, blobs, or_none
from shared.clients.storage.stream import BlobStream
from shared.clients.translate import translate_errors
from shared.errors import ServiceError

if TYPE_CHECKING:
    from azure.storage.blob import BlobClient, BlobProperties, ContainerClient

DATASETS = "datasets"


@dataclass(frozen=True)
class BlobFacts:
    """A blob as it was at one time.

    Attributes:
        etag: Without quotes; a new one for each change.
        size: Bytes.
        content_md5: As the uploader's tool set it; None if it did not.
        modified: When it changed last, in UTC.
    """

    name: str
    etag: str
    size: int
    content_md5: bytes | None
    modified: datetime


class Datasets:
    """The input container; read only. Every method may raise `ServiceError`."""

    def __init__(self, container: "ContainerClient") -> None:
        self._container = container

    def facts(self, name: str) -> BlobFacts | None:
        """The blob as it is now; None if there is none of that name."""
        found = or_none(
            lambda: self._blob(name).get_blob_properties(), f"look at {DATASETS}/{name}"
        )
        return None if found is None else _facts(name, found)

    def list_all(self) -> list[BlobFacts]:
        """Every blob, in the order of the names; none if there is no container yet."""
        found = or_none(lambda: list(self._container.list_blobs()), f"list {DATASETS}")
        return [_facts(one.name, one) for one in found or ()]

    def exists(self, name: str) -> bool:
        """Whether there is a blob of that name."""
        return self.facts(name) is not None

    def chunks(self, name: str, etag: str | None) -> Iterator[bytes]:
        """The blob's bytes in pieces of 4 MiB, all of one version.

        Args:
            name: The blob.
            etag: The version to read, as in `BlobFacts`; None for the one that is there now.

        Raises:
            ServiceError: `dataset_changed` when the blob is another version by now,
                `dataset_missing` when it is gone; neither is worth a retry.
        """
        with self._pin(name):
            pinned = {"etag": f'"{etag}"', "match_condition": _match_condition()} if etag else {}
            # Without a condition the SDK pins the ranges after the first to its ETag by itself.
            yield from self._blob(name).download_blob(**pinned).chunks()

    def open(self, facts: BlobFacts) -> BinaryIO:
        """That version of the blob as a file that can seek; reads as `chunks` does.

        For uploads of any size without a copy on disk or in memory.
        """

        def piece(offset: int, length: int) -> bytes:
            with self._pin(facts.name):
                found = self._blob(facts.name).download_blob(
                    offset, length, etag=f'"{facts.etag}"', match_condition=_match_condition()
                )
                return found.readall()

        return cast("BinaryIO", BlobStream(facts.name, facts.size, piece, PIECE))

    @contextmanager
    def _pin(self, name: str) -> Iterator[None]:
        try:
            with translate_errors(BLOBS, f"read {DATASETS}/{name}"):
                yield
        except ServiceError as error:
            if error.status not in (404, 412):
                raise
            # Azurite answers a condition on a deleted blob with 412 as well, so this looks.
            gone = error.status == 404 or not self.exists(name)
            raise ServiceError(
                "dataset_missing" if gone else "dataset_changed",
                f"Blob {DATASETS}/{name} was {'deleted' if gone else 'replaced'} before it was "
                "read to its end.",
                hint="The new bytes get a run of their own; this run ends.",
                status=409,
            ) from None

    def _blob(self, name: str) -> "BlobClient":
        return self._container.get_blob_client(name)


def datasets() -> Datasets:
    """The datasets of the app's storage account."""
    return Datasets(blobs().get_container_client(DATASETS))


def _facts(name: str, found: "BlobProperties") -> BlobFacts:
    md5 = found.content_settings.content_md5
    return BlobFacts(
        name=name,
        etag=found.etag.strip('"'),
        size=found.size,
        content_md5=bytes(md5) if md5 else None,
        modified=found.last_modified,
    )


def _match_condition() -> Any:
    from azure.core import MatchConditions

    return MatchConditions.IfNotModified
