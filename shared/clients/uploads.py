"""Uploads of large files: parts go to the service one by one, and the last call makes a file.

A single request "may become unstable" above about 150 MB: the service answers late, or 500. Uploads
exist on the dated data plane only (`/openai/uploads?api-version=…`, authoring API 2024-10-21).
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

from shared.clients.data_plane import CONNECT_SECONDS, dated_data_plane
from shared.clients.refusals import OPENAI
from shared.clients.translate import translate_errors
from shared.errors import ServiceError

if TYPE_CHECKING:
    from openai import AzureOpenAI
    from openai.types import FileObject

PARTS_FROM_BYTES = 150_000_000
"""From this size on a file goes in parts (microsoft/azure-skills, finetuning, 2026)."""
PART_BYTES = 16 << 20
"""At most 64 MB are allowed; each part of each upload under way is held in memory."""
PART_SECONDS = 300.0


class Uploads:
    """The service's uploads. Every method may raise `ServiceError`."""

    def __init__(self, client: "AzureOpenAI") -> None:
        self._client = client

    def upload(self, filename: str, stream: BinaryIO, size: int) -> "FileObject | None":
        """Send `size` bytes of `stream` from where it stands.

        Nothing is tried again: a lost answer to the last call may have made the file, which a list
        of files shows. An upload that fails before is cancelled; one that nobody cancels any more
        expires at the service after 2 hours, and is no file.

        Returns:
            The file, or None if the service made it without showing it.
        """
        with translate_errors(OPENAI, f"take file {filename} in parts"):
            upload = self._client.uploads.create(
                filename=filename, bytes=size, mime_type="application/jsonl", purpose="fine-tune"
            )
            try:
                parts = [self._add(upload.id, part) for part in _parts(stream)]
            except BaseException:
                self._cancel(upload.id)
                raise
            return self._client.uploads.complete(upload.id, part_ids=parts).file

    def _add(self, upload: str, part: bytes) -> str:
        from openai import Timeout

        within = Timeout(PART_SECONDS, connect=CONNECT_SECONDS)
        return self._client.uploads.parts.create(upload, data=("part", part), timeout=within).id

    def _cancel(self, upload: str) -> None:
        with suppress(ServiceError), translate_errors(OPENAI, f"cancel upload {upload}"):
            self._client.uploads.cancel(upload)


def uploads() -> Uploads:
    """The uploads of the resource in the settings."""
    return Uploads(dated_data_plane())


def _parts(stream: BinaryIO) -> Iterator[bytes]:
    while part := _read(stream, PART_BYTES):
        yield part


def _read(stream: BinaryIO, length: int) -> bytes:
    """Exactly `length` bytes, fewer at the end; a raw stream returns what it has at hand."""
    found = bytearray()
    while len(found) < length and (piece := stream.read(length - len(found))):
        found += piece
    return bytes(found)
