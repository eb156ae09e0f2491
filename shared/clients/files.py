"""Files at the service: what was uploaded for training, and its processing state.

Source: Azure OpenAI v1 `/files`; states `pending → running → processed | error` as in the
authoring API 2024-10-21. Large files are uploaded in parts (`shared/clients/uploads.py`).
"""

import io
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO

from shared.clients import uploads
from shared.clients.data_plane import CONNECT_SECONDS, data_plane, every
from shared.clients.refusals import OPENAI
from shared.clients.translate import translate_errors
from shared.errors import ServiceError

if TYPE_CHECKING:
    from openai import OpenAI
    from openai.types import FileObject

# The service may answer a large upload late.
UPLOAD_SECONDS = 600.0


@dataclass(frozen=True)
class FileFacts:
    """A file as the service describes it.

    Attributes:
        id: `file-<32 hex>`.
        status: `pending`, `running`, `processed`, `error`, or one not known yet.
        detail: Why the status is `error`; None otherwise, and sometimes even then.
    """

    id: str
    filename: str
    bytes: int
    status: str
    detail: str | None
    created_at: datetime


class Files:
    """The service's files of purpose `fine-tune`. Every method may raise `ServiceError`."""

    def __init__(self, client: "OpenAI") -> None:
        self._client = client

    def find(self, filename: str) -> list[FileFacts]:
        """All files of that name, oldest first. Names need not be unique at the service."""
        return self.find_all((filename,))

    def find_all(self, filenames: Collection[str]) -> list[FileFacts]:
        """All files of these names, oldest first."""
        found = [_facts(file) for file in self._list() if file.filename in filenames]
        return sorted(found, key=lambda file: (file.created_at, file.id))

    def upload(self, filename: str, stream: BinaryIO) -> FileFacts:
        """Send all of `stream`, which can seek; it is read in pieces, and sent in parts if large.

        Never tried again by itself: a lost answer may have had its effect, which `find` shows.
        """
        size = stream.seek(0, io.SEEK_END)
        stream.seek(0)
        if size >= uploads.PARTS_FROM_BYTES:
            file = uploads.uploads().upload(filename, stream, size)
            return _facts(file) if file else self.find(filename)[-1]
        with translate_errors(OPENAI, f"take file {filename}"):
            from openai import Timeout

            within = Timeout(UPLOAD_SECONDS, connect=CONNECT_SECONDS)
            return _facts(
                self._client.files.create(
                    file=(filename, stream), purpose="fine-tune", timeout=within
                )
            )

    def get(self, file_id: str) -> FileFacts | None:
        """The file as it is now; None if there is none of that id."""
        try:
            with translate_errors(OPENAI, f"show file {file_id}"):
                return _facts(self._client.files.retrieve(file_id))
        except ServiceError as error:
            if error.status == 404:
                return None
            raise

    def delete(self, file_id: str) -> None:
        """Delete the file, even one that a job used; a file that is not there is fine."""
        try:
            with translate_errors(OPENAI, f"delete file {file_id}"):
                self._client.files.delete(file_id)
        except ServiceError as error:
            if error.status != 404:
                raise

    def totals(self) -> tuple[int, int]:
        """Number and total bytes of all files for fine-tuning.

        A resource takes 100 of them and 1 GB together (AAD quotas-limits, 2026-02-17).
        """
        sizes = [file.bytes or 0 for file in self._list()]
        return len(sizes), sum(sizes)

    def _list(self) -> "Iterable[FileObject]":
        from openai import omit

        with translate_errors(OPENAI, "list files"):
            return list(
                every(
                    lambda after: self._client.files.list(purpose="fine-tune", after=after or omit)
                )
            )


def files() -> Files:
    """The files of the resource in the settings."""
    return Files(data_plane())


def _facts(file: "FileObject") -> FileFacts:
    return FileFacts(
        id=file.id,
        filename=file.filename,
        bytes=file.bytes or 0,
        status=file.status,
        detail=file.status_details,
        created_at=datetime.fromtimestamp(file.created_at, UTC),
    )
