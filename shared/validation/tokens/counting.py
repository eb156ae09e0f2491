"""Counts tokens on another core while rows are checked, and caches repeated texts.

Texts are handed over a block at a time: tiktoken then leaves Python's lock free for as long as it
works, so threads are enough. That needs no second process, which would have to load the vocabulary
once more, and is safe wherever the code runs.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import accumulate, chain
from operator import add, mul, sub
from types import TracebackType
from typing import Self

from shared.validation.reading.plain import PlainRows
from shared.validation.tokens.statistics import TokenStatistics
from shared.validation.tokens.texts import PER_EXAMPLE, PER_MESSAGE, ExampleTexts
from shared.validation.tokens.vocabulary import TokenCounter, token_counter

_WAITING = 4
_REMEMBERED_CHARACTERS = 4 << 20
_WORTHWHILE, _REST = 0.02, 8
"""Below this share of repeated texts the cache pauses, for so many blocks."""

LongRow = Callable[[int, int], None]
"""Called with the total and the assistant tokens of a row."""


@dataclass(slots=True)
class _Batch:
    """The rows of one block. Each ends where `ends` says in `texts`."""

    texts: list[str] = field(default_factory=list)
    is_assistant: list[int] = field(default_factory=list)
    """For each text 1 if the model is trained to write it, else 0."""
    ends: list[int] = field(default_factory=list)
    fixed: list[int] = field(default_factory=list)
    """For each row its tokens beside those of its texts."""
    callbacks: list[tuple[int, LongRow]] = field(default_factory=list)
    known: dict[str, int] = field(default_factory=dict)


class TokenCache:
    """Token counts of recent texts; bounded by the characters that it keeps.

    If hardly any text is repeated it pauses, since caching costs a tenth of counting.
    """

    def __init__(self) -> None:
        self._young: dict[str, int] = {}
        self._old: dict[str, int] = {}
        self._characters = 0
        self._rest = 0

    def lookup(self, texts: dict[str, None]) -> dict[str, int]:
        """The counts of those texts that are cached."""
        if self._rest:
            self._rest -= 1
            return {}
        young = {text: self._young[text] for text in self._young.keys() & texts.keys()}
        old = {text: self._old[text] for text in self._old.keys() & texts.keys()}
        self._young.update(old)
        if self._young and len(young) + len(old) < len(texts) * _WORTHWHILE:
            self._rest = _REST
        return young | old

    def add(self, texts: list[str], counts: list[int]) -> None:
        """Cache these counts and drop the oldest."""
        if self._rest > 1:
            return
        self._characters += sum(map(len, texts))
        if self._characters > _REMEMBERED_CHARACTERS:
            self._old, self._young, self._characters = self._young, {}, 0
        self._young.update(zip(texts, counts, strict=True))


class Counting:
    """Gathers rows, has their tokens counted and adds them to the statistics, in order.

    Use it as a context manager; on a clean exit every row has been counted.
    """

    def __init__(self, vocabulary: str, statistics: TokenStatistics) -> None:
        self._vocabulary = vocabulary
        self._statistics = statistics
        self._cache = TokenCache()
        self._batch = _Batch()
        self._waiting: deque[tuple[_Batch, list[str], Future[list[int]]]] = deque()
        self._pool = ThreadPoolExecutor(min(2, os.cpu_count() or 1), "tokens")
        # Loading takes as long as checking the first megabytes: it starts at once.
        self._counter: Future[TokenCounter] = self._pool.submit(token_counter, vocabulary)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.end_block()
                self._collect(0)
        finally:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def add_plain(self, rows: PlainRows) -> None:
        """Add plain rows."""
        batch = self._batch
        before = len(batch.texts)
        batch.texts += rows.texts
        if rows.shared_pattern:
            number, width = len(rows.rows), len(rows.shared_pattern.roles)
            batch.is_assistant += rows.shared_pattern.is_assistant * number
            batch.ends += range(before + width, before + number * width + 1, width)
            batch.fixed += [PER_EXAMPLE + PER_MESSAGE * width] * number
            return
        batch.is_assistant += chain.from_iterable(
            [pattern.is_assistant for pattern in rows.patterns]
        )
        batch.ends += [before + end for end in rows.ends]
        batch.fixed += [PER_EXAMPLE + PER_MESSAGE * len(p.roles) for p in rows.patterns]

    def add(self, texts: ExampleTexts, callback: LongRow | None = None) -> None:
        """Add any row by its texts; `callback` is called with its tokens once they are counted."""
        batch = self._batch
        batch.texts += texts.others
        batch.texts += texts.assistant
        batch.is_assistant += [0] * len(texts.others) + [1] * len(texts.assistant)
        batch.fixed.append(texts.fixed)
        if callback:
            batch.callbacks.append((len(batch.ends), callback))
        batch.ends.append(len(batch.texts))

    def end_block(self) -> None:
        """Hand the rows gathered so far to the counting threads; waits when they are behind."""
        batch, self._batch = self._batch, _Batch()
        if batch.ends:
            unknown = self._unknown(batch)
            self._waiting.append((batch, unknown, self._pool.submit(self._count, unknown)))
            self._collect(_WAITING)

    def count(self, text: str) -> int:
        """The tokens of one text, counted at once."""
        return self._counter.result().count(text)

    def _count(self, texts: list[str]) -> list[int]:
        return self._counter.result().count_each(texts)

    def _unknown(self, batch: _Batch) -> list[str]:
        texts = dict.fromkeys(batch.texts)
        batch.known = self._cache.lookup(texts)
        return [text for text in texts if text not in batch.known] if batch.known else list(texts)

    def _collect(self, may_wait: int) -> None:
        while self._waiting and (len(self._waiting) > may_wait or self._waiting[0][2].done()):
            batch, unknown, counted = self._waiting.popleft()
            self._finish(batch, unknown, counted.result())

    def _finish(self, batch: _Batch, unknown: list[str], counted: list[int]) -> None:
        self._cache.add(unknown, counted)
        counts = counted
        if len(unknown) != len(batch.texts):
            counts_of = {**batch.known, **dict(zip(unknown, counted, strict=True))}
            counts = list(map(counts_of.__getitem__, batch.texts))
        total = _sums(counts, batch.ends)
        assistant = _sums(map(mul, counts, batch.is_assistant), batch.ends)
        total = list(map(add, total, batch.fixed))
        self._statistics.add(total, assistant)
        for row, callback in batch.callbacks:
            callback(total[row], assistant[row])


def _sums(values: Iterable[int], ends: list[int]) -> list[int]:
    """The sum of each run of values; the runs end where `ends` says."""
    so_far = list(accumulate(values, initial=0))
    at_ends = [so_far[end] for end in ends]
    return list(map(sub, at_ends, [0, *at_ends]))
