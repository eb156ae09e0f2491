"""Counts tokens beside the checks, on another core, and remembers texts that come again.

Texts are handed over a block at a time: tiktoken then leaves Python's lock free for as long as it
works, so threads are enough. That needs no second process, which would have to load the vocabulary
once more, and is safe wherever the code runs.
"""

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from shared.tokens import TokenCounter, token_counter
from shared.validation.plain import Plain
from shared.validation.statistics import TokenStatistics
from shared.validation.weighing import PER_EXAMPLE, PER_MESSAGE, Weight

_WAITING = 4
_REMEMBERED_CHARACTERS = 4 << 20

LongRow = Callable[[int, int], None]
"""Called with total and assistant tokens of a row that asked for them."""


@dataclass(slots=True)
class _Batch:
    """The rows of one block. Row `n` owns the sums `2n` (not learnt) and `2n + 1` (learnt)."""

    sums: list[int] = field(default_factory=list)
    first_owner: dict[str, int] = field(default_factory=dict)
    repeats: list[tuple[str, int]] = field(default_factory=list)
    asked: list[tuple[int, LongRow]] = field(default_factory=list)


class Memory:
    """Token counts of texts seen lately; bounded by the characters that it keeps."""

    def __init__(self) -> None:
        self._young: dict[str, int] = {}
        self._old: dict[str, int] = {}
        self._characters = 0

    def get(self, text: str) -> int | None:
        """The count of a text, if it is still known."""
        count = self._young.get(text)
        if count is None:
            count = self._old.get(text)
            if count is not None:
                self._young[text] = count
        return count

    def add(self, counts: dict[str, int]) -> None:
        """Remember these counts and forget the oldest."""
        self._characters += sum(map(len, counts))
        if self._characters > _REMEMBERED_CHARACTERS:
            self._old, self._young, self._characters = self._young, {}, 0
        self._young.update(counts)


class Counting:
    """Gathers rows, has their tokens counted and adds them to the statistics, in order.

    Use it as a context manager; on a clean exit every row has been counted.
    """

    def __init__(self, vocabulary: str, statistics: TokenStatistics) -> None:
        self._vocabulary = vocabulary
        self._statistics = statistics
        self._memory = Memory()
        self._batch = _Batch()
        self._waiting: deque[tuple[_Batch, Future[list[int]]]] = deque()
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
                self._settle(0)
        finally:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def add_plain(self, row: Plain, asked: LongRow | None = None) -> None:
        """Add a plain row; `asked` is told its tokens when they are known."""
        owner = self._new_row(PER_EXAMPLE + PER_MESSAGE * len(row.texts), asked)
        for text, spoken in zip(row.texts, row.spoken, strict=True):
            self._add_text(text, owner + spoken)

    def add(self, weight: Weight, asked: LongRow | None = None) -> None:
        """Add any row by its weight; `asked` is told its tokens when they are known."""
        owner = self._new_row(weight.fixed, asked)
        for text in weight.others:
            self._add_text(text, owner)
        for text in weight.assistant:
            self._add_text(text, owner + 1)

    def end_block(self) -> None:
        """Hand the rows gathered so far to the counting threads; waits when they are behind."""
        if self._batch.sums:
            texts = list(self._batch.first_owner)
            self._waiting.append((self._batch, self._pool.submit(self._count, texts)))
            self._batch = _Batch()
            self._settle(_WAITING)

    def count(self, text: str) -> int:
        """The tokens of one text, counted at once."""
        return self._counter.result().count(text)

    def _count(self, texts: list[str]) -> list[int]:
        return self._counter.result().count_each(texts)

    def _new_row(self, fixed: int, asked: LongRow | None) -> int:
        sums = self._batch.sums
        owner = len(sums)
        sums += (fixed, 0)
        if asked:
            self._batch.asked.append((owner, asked))
        return owner

    def _add_text(self, text: str, owner: int) -> None:
        batch = self._batch
        count = self._memory.get(text)
        if count is not None:
            batch.sums[owner] += count
        elif text in batch.first_owner:
            batch.repeats.append((text, owner))
        else:
            batch.first_owner[text] = owner

    def _settle(self, may_wait: int) -> None:
        while self._waiting and (len(self._waiting) > may_wait or self._waiting[0][1].done()):
            batch, counted = self._waiting.popleft()
            self._finish(batch, counted.result())

    def _finish(self, batch: _Batch, counted: list[int]) -> None:
        sums = batch.sums
        for owner, count in zip(batch.first_owner.values(), counted, strict=True):
            sums[owner] += count
        counts = dict(zip(batch.first_owner, counted, strict=True))
        for text, owner in batch.repeats:
            sums[owner] += counts[text]
        self._memory.add(counts)
        assistant = sums[1::2]
        total = [others + own for others, own in zip(sums[::2], assistant, strict=True)]
        self._statistics.add(total, assistant)
        for owner, asked in batch.asked:
            asked(total[owner // 2], assistant[owner // 2])
