"""Reads from the first bytes of an image what it is: format, colours, size. No decoding.

Formats: PNG (RFC 2083), JPEG (ITU T.81), WEBP (RFC 9649).
"""

import struct
from typing import NamedTuple


class ImageHeader(NamedTuple):
    """An image by its header; width and height in pixels, 0 if the header is cut."""

    mime: str
    colours: str
    width: int = 0
    height: int = 0

    @property
    def is_rgb(self) -> bool:
        """Whether the colours are RGB or RGBA, as the service asks."""
        return self.colours in ("RGB", "RGBA")


_PNG_COLOURS = {0: "greyscale", 2: "RGB", 3: "palette", 4: "greyscale with alpha", 6: "RGBA"}
_JPEG_COLOURS = {1: "greyscale", 3: "RGB", 4: "CMYK"}
# Start-of-frame markers; C4, C8 and CC in the same range mean something else.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}

_ALONE = frozenset((0x01, 0xFF, *range(0xD0, 0xD9)))


def read_header(data: bytes) -> ImageHeader | None:
    """The header of an image; None if its format cannot be trained on."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(data)
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    return None


def other_format(data: bytes) -> str:
    """The name of a format that cannot be trained on."""
    known = {b"GIF8": "GIF", b"BM": "BMP", b"%PDF": "PDF", b"II*\0": "TIFF", b"MM\0*": "TIFF"}
    named = (name for magic, name in known.items() if data.startswith(magic))
    return next(named, "an unknown format" if data else "empty")


def _png(data: bytes) -> ImageHeader:
    if len(data) < 26:
        return ImageHeader("image/png", "unknown")
    width, height, _, colour = struct.unpack(">IIBB", data[16:26])
    return ImageHeader("image/png", _PNG_COLOURS.get(colour, "unknown"), width, height)


def _jpeg(data: bytes) -> ImageHeader:
    place = 2
    while place + 9 < len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker in _JPEG_FRAMES:
            height, width, parts = struct.unpack(">HHB", data[place + 5 : place + 10])
            return ImageHeader("image/jpeg", _JPEG_COLOURS.get(parts, "unknown"), width, height)
        # Fill bytes and markers without a length move on by themselves.
        alone = marker in _ALONE
        step = 1 if marker == 0xFF else 2
        place += step if alone else 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return ImageHeader("image/jpeg", "unknown")


def _webp(data: bytes) -> ImageHeader:
    chunk = data[12:16]
    if chunk == b"VP8X" and len(data) >= 30:
        width = 1 + int.from_bytes(data[24:27], "little")
        height = 1 + int.from_bytes(data[27:30], "little")
        return ImageHeader("image/webp", "RGBA" if data[20] & 0x10 else "RGB", width, height)
    if chunk == b"VP8L" and len(data) >= 25:
        bits = int.from_bytes(data[21:25], "little")
        alpha = "RGBA" if bits >> 28 & 1 else "RGB"
        return ImageHeader("image/webp", alpha, 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    if chunk == b"VP8 " and len(data) >= 30:
        width, height = struct.unpack("<HH", data[26:30])
        return ImageHeader("image/webp", "RGB", width & 0x3FFF, height & 0x3FFF)
    return ImageHeader("image/webp", "unknown")
