"""Reads multipart/form-data as a stream: small fields to memory, the file to disk."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from local.azure.errors import ServiceError, invalid

MAX_FIELD = 1 << 20
_QUOTED = re.compile(rb'"(?:[^"\\]|\\.)*"')
_BLANK = re.compile(rb"[ \t]=|=[ \t]")


@dataclass
class Form:
    """What a form held: text fields by name, and the one file with its name."""

    fields: dict[str, str] = field(default_factory=dict)
    filename: str | None = None
    size: int = 0
    has_file: bool = False


class FormReader:
    """Reads a form from chunks of its body and writes the part named `file_field` to `target`."""

    def __init__(
        self, content_type: str, file_field: str, target: Path, limit: int, too_large: ServiceError
    ) -> None:
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise invalid(f"Content-Type {content_type!r}: send multipart/form-data")
        self._boundary = boundary
        self._file_field, self._target = file_field, target
        self._limit, self._too_large = limit, too_large
        self._header, self._value = bytearray(), bytearray()
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
            try:
                parser = self._parser(file)
                async for chunk in chunks:
                    parser.write(chunk)
            except FormParserError as error:
                raise invalid(f"The multipart body cannot be read: {error}") from None
        if not self._ended:
            raise invalid("The multipart body ends before its last boundary")
        return self.form

    def _parser(self, file: BinaryIO) -> MultipartParser:
        def add_data(data: bytes, start: int, end: int) -> None:
            self._add(data[start:end], file)

        return MultipartParser(
            self._boundary,
            {
                "on_part_begin": self._begin_part,
                "on_header_begin": self._begin_header,
                "on_header_field": lambda data, start, end: self._header.extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
                "on_header_end": self._end_header,
                "on_headers_finished": self._check_name,
                "on_part_data": add_data,
                "on_part_end": self._end_part,
                "on_end": self._end,
            },
        )

    def _begin_part(self) -> None:
        self._part = None
        self._text.clear()

    def _begin_header(self) -> None:
        self._header.clear()
        self._value.clear()

    def _end_header(self) -> None:
        if self._header.lower() != b"content-disposition":
            return
        value = bytes(self._value)
        _, options = parse_options_header(value)
        # The library forgives blanks around "=", the service's parser does not.
        if b"name" not in options or _BLANK.search(_QUOTED.sub(b"q", value)):
            return
        self._part = _text(options[b"name"])
        if self._part == self._file_field:
            self.form.has_file = True
            if b"filename" in options:
                # Browsers write a quotation mark so (HTML, multipart/form-data encoding).
                self.form.filename = _text(options[b"filename"]).replace("%22", '"')

    def _check_name(self) -> None:
        if self._part is None:
            raise invalid("A part of the multipart body has no name")

    def _add(self, data: bytes, file: BinaryIO) -> None:
        if self._part == self._file_field:
            self.form.size += len(data)
            if self.form.size > self._limit:
                raise self._too_large
            file.write(data)
            return
        self._text += data
        if len(self._text) > MAX_FIELD:
            raise invalid(f"The form field '{self._part}' is too long", self._part)

    def _end_part(self) -> None:
        if self._part is not None and self._part != self._file_field:
            self.form.fields[self._part] = _text(bytes(self._text))

    def _end(self) -> None:
        self._ended = True


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
