"""Tokens, estimated: short runs of letters and single signs.

Real vocabularies would cost a second at the start and megabytes of memory; what depends on these
numbers here (usage, limits, cutting at max_tokens) needs them plausible and always the same.
"""

import re
from collections.abc import Iterable
from typing import Any

from local.azure.files.examples import text_of

_PIECE = re.compile(r" ?\w{1,9}|\s|[^\w\s]")
PER_MESSAGE = 3
PER_IMAGE = 85


def pieces(text: str) -> list[str]:
    """The text in pieces that stand for tokens; joined they give the text again."""
    return _PIECE.findall(text)


def prompt_tokens(messages: Iterable[dict[str, Any]]) -> int:
    """The tokens of a conversation."""
    return PER_MESSAGE + sum(map(_message_tokens, messages))


def _message_tokens(message: dict[str, Any]) -> int:
    content = message.get("content")
    parts = content if isinstance(content, list) else []
    images = sum(1 for part in parts if isinstance(part, dict) and part.get("type") == "image_url")
    return PER_MESSAGE + len(pieces(text_of(content))) + images * PER_IMAGE
