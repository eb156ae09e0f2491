"""The images of a row: where they are, what they are, and what they cost. Nothing is fetched."""

import binascii
import ipaddress
import math
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlsplit

from shared.validation.images.header import ImageHeader, read_header
from shared.validation.turn import Json, Turn

# The tile rule: learn.microsoft.com/azure/ai-foundry/openai/overview (image tokens).
LOW_DETAIL_TOKENS = 85
_TILE_TOKENS = 170
_TILE, _LONG_SIDE, _SHORT_SIDE = 512, 2048, 768
# The size of an image behind a URL is unknown; a square one fills four tiles.
_UNKNOWN_SIDE = 1024


class DataUrl(NamedTuple):
    """A data URL taken apart; `data` is None when it does not decode."""

    mime: str
    data: bytes | None


class Image:
    """One image part that has a URL."""

    def __init__(self, path: str, part: dict[str, Json]) -> None:
        self.path = path
        inner = part["image_url"]
        self.url: str = inner["url"].strip()
        self.detail: Json = inner.get("detail", "auto")

    @cached_property
    def data_url(self) -> DataUrl | None:
        """The data URL, if the image is embedded in the row."""
        return _parse_data_url(self.url) if self.url[:5].lower() == "data:" else None

    @cached_property
    def header(self) -> ImageHeader | None:
        """The header of the embedded image, if it can be read."""
        data_url = self.data_url
        return read_header(data_url.data) if data_url and data_url.data else None

    @property
    def tokens(self) -> int:
        """An estimate of the tokens that the image costs."""
        if self.detail == "low":
            return LOW_DETAIL_TOKENS
        seen = self.header
        if not seen or not seen.width or not seen.height:
            return _tiles(_UNKNOWN_SIDE, _UNKNOWN_SIDE)
        return _tiles(seen.width, seen.height)


def find_images(turns: Iterable[Turn]) -> list[Image]:
    """The images that have a URL; parts without one have findings of their own."""
    return [
        Image(path, part)
        for path, _, part in content_parts(turns)
        if isinstance(part, dict) and _has_address(part)
    ]


def content_parts(turns: Iterable[Turn]) -> Iterator[tuple[str, Turn, Json]]:
    """Every content part with its path and message."""
    for turn in turns:
        content = turn.message.get("content")
        if isinstance(content, list):
            for index, part in enumerate(content):
                yield f"{turn.path}.content[{index}]", turn, part


def address_fault(url: str) -> str | None:
    """Why the service could not fetch an image from a URL; None if it might."""
    try:
        split = urlsplit(url)
        host = split.hostname or ""
    except ValueError:
        return "the URL is not valid"
    if split.scheme not in ("http", "https"):
        return "the URL is neither https nor a data URL"
    if not host:
        return "the URL has no host"
    return "the host is not public" if _is_private(host) else None


def _has_address(part: dict[str, Json]) -> bool:
    inner = part.get("image_url")
    return (
        part.get("type") == "image_url"
        and isinstance(inner, dict)
        and isinstance(inner.get("url"), str)
    )


def _parse_data_url(url: str) -> DataUrl:
    head, comma, body = url[5:].partition(",")
    mime, *options = head.split(";")
    if not comma or "base64" not in [option.strip().lower() for option in options]:
        return DataUrl(mime.lower(), None)
    try:
        return DataUrl(mime.lower(), binascii.a2b_base64(body.encode(), strict_mode=True))
    except (ValueError, UnicodeEncodeError):
        return DataUrl(mime.lower(), None)


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        local = (".local", ".internal", ".localhost", ".lan", ".home.arpa")
        return host == "localhost" or host.endswith(local) or "." not in host


def _tiles(width: int, height: int) -> int:
    shrink = min(1.0, _LONG_SIDE / max(width, height))
    width_, height_ = width * shrink, height * shrink
    shrink = min(1.0, _SHORT_SIDE / min(width_, height_))
    across, down = math.ceil(width_ * shrink / _TILE), math.ceil(height_ * shrink / _TILE)
    return LOW_DETAIL_TOKENS + _TILE_TOKENS * across * down
