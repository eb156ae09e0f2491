"""Image headers."""

import struct

import pytest

from shared.validation.images.header import ImageHeader, other_format, read_header
from shared.validation.images.parts import Image
from tests.shared.validation.rows import data_url, png
from tests.shared.validation.rows import picture as part


def jpeg(parts: int, marker: int = 0xC0) -> bytes:
    """A JPEG's beginning, 640 by 480, after an APP0 and a fill byte."""
    app = b"\xff\xe0" + struct.pack(">H", 16) + bytes(14)
    frame = b"\xff" + bytes([marker]) + struct.pack(">HBHHB", 17, 8, 480, 640, parts) + bytes(20)
    return b"\xff\xd8" + app + b"\xff" + frame


def webp(chunk: bytes, body: bytes) -> bytes:
    """A WEBP's beginning."""
    return b"RIFF\0\0\0\0WEBP" + chunk + bytes(4) + body + bytes(20)


SIMPLE = bytes(6) + struct.pack("<HH", 640, 480)
LOSSLESS = b"\x2f" + struct.pack("<I", 639 | 479 << 14 | 1 << 28)
EXTENDED = b"\x10\0\0\0" + (639).to_bytes(3, "little") + (479).to_bytes(3, "little")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (png(2, (640, 480)), ImageHeader("image/png", "RGB", 640, 480)),
        (png(6, (640, 480)), ImageHeader("image/png", "RGBA", 640, 480)),
        (png(0, (640, 480)), ImageHeader("image/png", "greyscale", 640, 480)),
        (jpeg(3), ImageHeader("image/jpeg", "RGB", 640, 480)),
        (jpeg(3, 0xC2), ImageHeader("image/jpeg", "RGB", 640, 480)),
        (jpeg(1), ImageHeader("image/jpeg", "greyscale", 640, 480)),
        (jpeg(4), ImageHeader("image/jpeg", "CMYK", 640, 480)),
        (webp(b"VP8 ", SIMPLE), ImageHeader("image/webp", "RGB", 640, 480)),
        (webp(b"VP8L", LOSSLESS), ImageHeader("image/webp", "RGBA", 640, 480)),
        (webp(b"VP8X", EXTENDED), ImageHeader("image/webp", "RGBA", 640, 480)),
    ],
)
def test_header_has_format_colours_and_size(data: bytes, expected: ImageHeader) -> None:
    """Each format is read by its own header."""
    assert read_header(data) == expected


@pytest.mark.parametrize("data", [png(), jpeg(3), webp(b"VP8X", EXTENDED)])
def test_cut_header_is_no_error(data: bytes) -> None:
    """However early the bytes end, the header is read as far as it goes."""
    for length in range(len(data)):
        read_header(data[:length])


def test_other_formats_have_a_name() -> None:
    """Other image formats are named where they are known."""
    assert read_header(b"GIF89a") is None
    assert other_format(b"GIF89a") == "GIF"
    assert other_format(b"hello") == "an unknown format"


@pytest.mark.parametrize(
    ("size", "detail", "tokens"),
    [
        ((512, 512), "high", 85 + 170),
        ((1024, 1024), "high", 85 + 4 * 170),
        ((2048, 4096), "auto", 85 + 6 * 170),
        ((4096, 8192), "low", 85),
    ],
)
def test_tokens_follow_the_tile_rule(size: tuple[int, int], detail: str, tokens: int) -> None:
    """The examples of the service's own page cost what it says."""
    image = Image("$", part(data_url(png(2, size)), detail=detail))

    assert image.tokens == tokens
