"""Bytes to numbered lines, in blocks, whatever the chunks and the line ends.

Blocks exist for speed: what is looked for in all lines is looked for once per block. Where they
are cut depends on the chunks, so nothing that ends up in a report may depend on it.
"""

import codecs
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

BLOCK_BYTES = 1 << 20
LONGEST_LINE = 128 << 20
"""A longer line cannot be an example: 128 MiB are a quarter of the largest file accepted."""


@dataclass(slots=True)
class Block:
    """Whole lines without their ends. `data` is the same, joined by LF."""

    first_line: int
    data: bytes
    lines: list[bytes]
    too_long: frozenset[int] = frozenset()
    """Lines that were cut because they exceed LONGEST_LINE."""


@dataclass(slots=True)
class LineReader:
    """Splits chunks at LF, CRLF and lone CR, and records facts about the file as a whole.

    The attributes are complete when `blocks` is exhausted.
    """

    count_line_ends: bool = False
    """Whether to count `other_line_ends`; counting takes time."""
    size: int = 0
    """Bytes read so far, the byte order mark included."""
    lines: int = 0
    has_bom: bool = False
    first_lone_cr: int | None = None
    other_line_ends: int = 0
    """Line ends that are not LF, if `count_line_ends`."""
    _hash: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    _parts: list[bytes] = field(default_factory=list)
    _pending: int = 0
    _has_end: bool = False
    _open_cr: bytes = b""
    _cut: bytes | None = None

    @property
    def sha256(self) -> str:
        """Of all bytes read so far, in hexadecimal."""
        return self._hash.hexdigest()

    def blocks(self, chunks: Iterable[bytes]) -> Iterator[Block]:
        """The file's lines, in order; every line is in exactly one block."""
        for piece in self._normalize_line_ends(self._skip_bom(self._hash_chunks(chunks))):
            self._parts.append(piece)
            self._pending += len(piece)
            self._has_end = self._has_end or b"\n" in piece
            if self._pending >= BLOCK_BYTES and self._has_end:
                yield from self._flush(last=False)
            elif self._pending > LONGEST_LINE:
                self._shorten()
        yield from self._flush(last=True)

    def _hash_chunks(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self.size += len(chunk)
            self._hash.update(chunk)
            # A large chunk would make a large block: memory stays that of BLOCK_BYTES.
            for start in range(0, len(chunk), BLOCK_BYTES):
                yield chunk[start : start + BLOCK_BYTES]

    def _skip_bom(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        head = b""
        for chunk in chunks:
            head += chunk
            if len(head) >= len(codecs.BOM_UTF8):
                break
        self.has_bom = head.startswith(codecs.BOM_UTF8)
        yield head.removeprefix(codecs.BOM_UTF8)
        yield from chunks

    def _normalize_line_ends(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            piece = self._open_cr + chunk
            # The LF of a CRLF may be the first byte of the next chunk.
            self._open_cr = b"\r" if piece.endswith(b"\r") else b""
            yield self._to_lf(piece.removesuffix(b"\r"))
        if self._open_cr:
            yield self._to_lf(b"\r")

    def _to_lf(self, piece: bytes) -> bytes:
        if b"\r" not in piece:
            return piece
        if self.count_line_ends:
            self.other_line_ends += piece.count(b"\r")
        piece = piece.replace(b"\r\n", b"\n")
        if b"\r" not in piece:
            return piece
        if self.first_lone_cr is None:
            before = b"".join((*self._parts, piece[: piece.index(b"\r")])).count(b"\n")
            self.first_lone_cr = self.lines + before + 1
        return piece.replace(b"\r", b"\n")

    def _flush(self, *, last: bool) -> Iterator[Block]:
        data = b"".join(self._parts)
        end = len(data) if last else data.rfind(b"\n") + 1
        whole, rest = data[:end], data[end:]
        self._parts, self._pending, self._has_end = ([rest] if rest else []), len(rest), False
        if whole:
            yield self._block(whole.removesuffix(b"\n"))

    def _block(self, data: bytes) -> Block:
        too_long: frozenset[int] = frozenset()
        if self._cut is not None:
            data, self._cut = self._cut + data[data.find(b"\n") :], None
            too_long = frozenset((self.lines + 1,))
        lines = data.split(b"\n")
        block = Block(self.lines + 1, data, lines, too_long)
        self.lines += len(lines)
        return block

    def _shorten(self) -> None:
        # The rest of such a line is not needed; its first bytes show which one it is.
        if self._cut is None:
            self._cut = self._parts[0][:200]
        self._parts, self._pending = [b"x"], 1
