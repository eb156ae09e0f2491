"""A blob as a read-only file that can seek, fetched piece by piece.

An upload that reads this needs neither a disk nor memory for the whole dataset.
"""

import io
from collections.abc import Callable


class BlobStream(io.RawIOBase):
    """Reads `size` bytes through `fetch`, keeping one piece at a time.

    Args:
        name: What the file is called in messages.
        size: Bytes in all.
        fetch: Gives the bytes at (offset, length); what it raises passes through.
        piece: How many bytes to fetch at once.
    """

    def __init__(
        self, name: str, size: int, fetch: Callable[[int, int], bytes], piece: int
    ) -> None:
        self.name = name
        self._size = size
        self._fetch = fetch
        self._piece = piece
        self._at = 0
        self._start = 0
        self._bytes = b""

    def readable(self) -> bool:
        """True: it is for reading."""
        return True

    def seekable(self) -> bool:
        """True: clients learn the length by seeking."""
        return True

    def tell(self) -> int:
        """Where the next read begins."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move as `io.IOBase.seek` does; nothing is fetched. ValueError for a negative place."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError(f"cannot seek to {base + offset} in {self.name}")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]  # the
        """Fill `buffer` as far as one piece reaches; 0 at the end."""
        if self._at >= self._size:
            return 0
        if not self._start <= self._at < self._start + len(self._bytes):
            self._start = self._at
            self._bytes = self._fetch(self._at, min(self._piece, self._size - self._at))
        begin = self._at - self._start
        found = self._bytes[begin : begin + len(buffer)]
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)
