"""Reads multipart/form-data as a stream: small fields to memory, the file to disk."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from local.azure.errors import ServiceError, invalid

MAX_FIELD = 1 << 20
_END_OF_HEADERS = b"\r\n\r\n"


@dataclass
class Form:
    """What a form held: text fields by name, and the one file with its name."""

    fields: dict[str, str] = field(default_factory=dict)
    filename: str | None = None
    size: int = 0
    has_file: bool = False


class FormReader:
    """Feeds on chunks of the body and writes the part named `file_field` to `target`."""

    def __init__(
        self, content_type: str, file_field: str, target: Path, limit: int, too_large: ServiceError
    ) -> None:
        found = re.search(r'boundary="?([^";,]+)"?', content_type, re.IGNORECASE)
        if not content_type.lower().startswith("multipart/form-data") or not found:
            raise invalid(f"Content-Type {content_type!r}: send multipart/form-data")
        # With a line end in front of the first boundary too, all boundaries look alike.
        self._boundary = b"\r\n--" + found[1].encode()
        self._buffer = bytearray(b"\r\n")
        self._file_field, self._target = file_field, target
        self._limit, self._too_large = limit, too_large
        self._part: str | None = None
        self._text = bytearray()
        self._ended = False
        self.form = Form()

    async def read(self, chunks: AsyncIterator[bytes]) -> Form:
        """Reads the whole body.

        Raises:
            ServiceError: 400 for a broken form, `too_large` for a file above the limit.
        """
        with self._target.open("wb") as file:
            async for chunk in chunks:
                self._buffer += chunk
                while not self._ended and self._step(file):
                    pass
        if not self._ended:
            raise invalid("The multipart body ends before its last boundary")
        return self.form

    def _step(self, file: BinaryIO) -> bool:
        at = self._buffer.find(self._boundary)
        if at < 0:
            # The end of the buffer may be the beginning of a boundary.
            self._take(len(self._buffer) - len(self._boundary) + 1, file)
            return False
        after = at + len(self._boundary)
        if self._buffer[after : after + 2] == b"--":
            self._take(at, file)
            self._close_part()
            self._ended = True
            return False
        end = self._buffer.find(_END_OF_HEADERS, after)
        if end < 0:
            return False
        self._take(at, file)
        self._close_part()
        end -= at
        self._open_part(bytes(self._buffer[len(self._boundary) : end]))
        del self._buffer[: end + len(_END_OF_HEADERS)]
        return True

    def _take(self, count: int, file: BinaryIO) -> None:
        if count <= 0:
            return
        data = bytes(self._buffer[:count])
        del self._buffer[:count]
        if self._part == self._file_field:
            self._write(data, file)
        elif self._part is not None:
            self._text += data
            if len(self._text) > MAX_FIELD:
                raise invalid(f"The form field '{self._part}' is too long", self._part)

    def _write(self, data: bytes, file: BinaryIO) -> None:
        self.form.size += len(data)
        if self.form.size > self._limit:
            raise self._too_large
        file.write(data)

    def _open_part(self, headers: bytes) -> None:
        text = headers.decode("utf-8", "replace")
        name = re.search(r'[; ]name="([^"]*)"', text)
        if not name:
            raise invalid("A part of the multipart body has no name")
        self._part = name[1]
        filename = re.search(r'filename="((?:[^"\\]|\\.)*)"', text)
        self.form.has_file |= self._part == self._file_field
        if self._part == self._file_field and filename:
            self.form.filename = re.sub(r"\\(.)", r"\1", filename[1]).replace("%22", '"')

    def _close_part(self) -> None:
        if self._part is not None and self._part != self._file_field:
            self.form.fields[self._part] = self._text.decode("utf-8", "replace")
        self._part = None
        self._text.clear()
