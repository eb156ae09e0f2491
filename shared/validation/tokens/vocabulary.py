"""Tokens, counted with the model's real vocabulary.

The vocabularies are shipped in `shared/encodings`, so nothing is ever downloaded. tiktoken is
imported late: only a process that counts pays for it (0.4 s and 60 MB).
"""

import hashlib
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tiktoken import Encoding

_FOLDER = Path(__file__).parents[2] / "encodings"
_O200K = (
    "fb374d419588a4632f3f557e76b4b70aebbca790",
    "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
)
_FILES = {
    "o200k_base": _O200K,
    "o200k_harmony": _O200K,
    "cl100k_base": (
        "9b5ad71b2ce5302211f9c61530b329a4922fc6a4",
        "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    ),
}
# Stands between texts that are counted in one call; tiktoken cuts at it before anything else,
# so each text gets exactly the tokens that it would get alone.
_SEPARATOR = "<|endoftext|>"
_TOKEN_BYTES = 4

_counters: dict[str, "TokenCounter"] = {}
_lock = threading.Lock()


class VocabularyError(LookupError):
    """A vocabulary is not shipped, or its file is damaged."""


class TokenCounter:
    """Counts the tokens of texts in one vocabulary. Safe to use from several threads."""

    def __init__(self, encoding: "Encoding") -> None:
        # tiktoken keeps a second copy of the vocabulary (30 MB) for functions that are not used
        # here. Holding on to the core alone lets that copy go.
        self._core = encoding._core_bpe
        self._separator = encoding.encode_single_token(_SEPARATOR).to_bytes(_TOKEN_BYTES, "little")
        self._allowed = {_SEPARATOR}

    def count(self, text: str) -> int:
        """Tokens of one text. Markers such as `<|endoftext|>` count as the plain text they are."""
        return len(self._core.encode_ordinary(_replace_surrogates(text)))

    def count_each(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, in one call that leaves Python's lock free while it works.

        One call for many texts lets a second core count while this one goes on checking.
        """
        if not texts:
            return []
        joined = _SEPARATOR.join(texts)
        if joined.count(_SEPARATOR) != len(texts) - 1:
            return [self.count(text) for text in texts]
        try:
            tokens = self._core.encode_to_tiktoken_buffer(joined, self._allowed)
        except UnicodeEncodeError:
            return [self.count(text) for text in texts]
        # No token id reaches 2**24, so the separator's bytes cannot match between two tokens.
        return [len(part) // _TOKEN_BYTES for part in bytes(tokens).split(self._separator)]


def token_counter(vocabulary: str) -> TokenCounter:
    """The counter for a vocabulary, loaded once per process.

    Raises:
        VocabularyError: the vocabulary is not shipped or its file was changed.
    """
    with _lock:
        if vocabulary not in _counters:
            _counters[vocabulary] = _load(vocabulary)
        return _counters[vocabulary]


def _load(vocabulary: str) -> TokenCounter:
    _check(vocabulary)
    import tiktoken

    with _vocabulary_folder():
        counter = TokenCounter(tiktoken.get_encoding(vocabulary))
    tiktoken.registry.ENCODINGS.pop(vocabulary, None)
    return counter


def _check(vocabulary: str) -> None:
    # tiktoken would delete a damaged file and download it again.
    if vocabulary not in _FILES:
        raise VocabularyError(
            f"vocabulary {vocabulary!r} is not included. Use one of {', '.join(_FILES)}."
        )
    name, expected = _FILES[vocabulary]
    path = _FOLDER / name
    seen = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "no file"
    if seen != expected:
        raise VocabularyError(
            f"vocabulary file {path} is damaged (sha256 {seen}). Restore it from git."
        )


@contextmanager
def _vocabulary_folder() -> Iterator[None]:
    # Never deleted again: another thread that iterates over the environment meanwhile, as every
    # HTTP client does for its proxies, would fail with a KeyError.
    before = os.environ.get("TIKTOKEN_CACHE_DIR", str(_FOLDER))
    os.environ["TIKTOKEN_CACHE_DIR"] = str(_FOLDER)
    try:
        yield
    finally:
        os.environ["TIKTOKEN_CACHE_DIR"] = before


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _replace_surrogates(text: str) -> str:
    # A lone surrogate has no UTF-8 form; it counts as the replacement character.
    if _is_encodable(text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
