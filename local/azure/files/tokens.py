"""The tokens of a training example, by Microsoft's tutorial on fine-tuning.

Three for each example and each message, one for a role and for a name, and the texts in the
vocabulary that the models of OpenAI have since 2024 (o200k). Calls and definitions of tools have no
documented count; theirs are counted as the JSON that they are. Pictures count as 85 each.
"""

import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .examples import every_message

if TYPE_CHECKING:
    from tiktoken import Encoding

PER_EXAMPLE = 3
PER_MESSAGE = 4
PER_CALL = 3
PER_NAME = 1
PER_IMAGE = 85
CHARACTERS_PER_TOKEN = 4
MOST_COUNTED = 4_000_000
"""Bytes of a file whose tokens are counted; a larger one would hold up its upload for minutes."""
_VOCABULARY = "o200k_base"
_CACHE = "TIKTOKEN_CACHE_DIR"
# The files of tiktoken's cache, as this repository ships them: it must not download any.
_FOLDER = Path(__file__).parents[3] / "shared" / "encodings"
_FILE = "fb374d419588a4632f3f557e76b4b70aebbca790"


def counts_exactly(size: int) -> bool:
    """Whether the tokens of a file of that many bytes are counted, and not estimated."""
    return size <= MOST_COUNTED and (_FOLDER / _FILE).is_file()


def count(example: dict[str, Any]) -> int:
    """The tokens of an example."""
    texts = list(_texts(example))
    return _fixed(example) + sum(len(one) for one in _encode(texts))


def estimate(example: dict[str, Any]) -> int:
    """The tokens of an example by the length of its texts."""
    return _fixed(example) + sum(len(one) // CHARACTERS_PER_TOKEN for one in _texts(example))


def _encode(texts: list[str]) -> list[list[int]]:
    # A lone surrogate has no bytes; the service sees U+FFFD for it.
    clean = [one.encode("utf-8", "replace").decode() for one in texts]
    return [_encoding().encode_ordinary(one) for one in clean]


@cache
def _encoding() -> "Encoding":
    import tiktoken

    before = os.environ.get(_CACHE)
    os.environ[_CACHE] = str(_FOLDER)
    try:
        return tiktoken.get_encoding(_VOCABULARY)
    finally:
        if before is None:
            del os.environ[_CACHE]
        else:
            os.environ[_CACHE] = before


def _fixed(example: dict[str, Any]) -> int:
    tokens = PER_EXAMPLE
    for message in every_message(example):
        parts = message.get("content")
        images = [one for one in parts if _is_image(one)] if isinstance(parts, list) else []
        named = PER_NAME if isinstance(message.get("name"), str) else 0
        calls = PER_CALL * len(_calls(message))
        tokens += PER_MESSAGE + named + calls + PER_IMAGE * len(images)
    return tokens


def _texts(example: dict[str, Any]) -> Iterator[str]:
    given = example.get("input")
    for top in (example, given) if isinstance(given, dict) else (example,):
        for key in ("tools", "functions"):
            if top.get(key):
                yield json.dumps(
                    top[key], sort_keys=True, separators=(",", ":"), ensure_ascii=False
                )
    for message in every_message(example):
        content = message.get("content")
        parts = content if isinstance(content, list) else [{"text": content}]
        fields = [one.get("text") for one in parts if isinstance(one, dict)]
        fields.append(message.get("name"))
        fields += [call.get(key) for call in _calls(message) for key in ("name", "arguments")]
        yield from (one for one in fields if isinstance(one, str))


def _calls(message: dict[str, Any]) -> list[dict[str, Any]]:
    calls = message.get("tool_calls")
    listed = calls if isinstance(calls, list) else []
    given = [one.get("function") for one in listed if isinstance(one, dict)]
    return [one for one in (*given, message.get("function_call")) if isinstance(one, dict)]


def _is_image(part: Any) -> bool:
    return isinstance(part, dict) and part.get("type") == "image_url"
