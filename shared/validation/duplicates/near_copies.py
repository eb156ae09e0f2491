"""Near copies between training and validation file, by shingles and minhash.

A row becomes the set of all runs of five words that it holds (a shingle), without its system
message, case and punctuation. Of their hashes the 32 smallest are kept: a fair sample, from which
the share of common shingles of two rows can be estimated. Rows are compared only if one of their
four smallest hashes is the same, so that a row costs the same whatever the number of others.
`docs/performance.md` has the measured false alarms and misses.
"""

import re
from array import array
from dataclasses import dataclass, field
from heapq import nsmallest

SHINGLE_WORDS = 5
SAMPLE = 32
KEYS = 4
NEAR = 0.7
"""The estimated share of common shingles from which on two rows count as near copies."""

_WORD = re.compile(r"\w+")
_MASK = (1 << 64) - 1


@dataclass(slots=True)
class NearCopies:
    """The rows of one file, to be asked about rows of another."""

    _samples: list["array[int]"] = field(default_factory=list)
    _lines: "array[int]" = field(default_factory=lambda: array("I"))
    _by_key: dict[int, list[int]] = field(default_factory=dict)

    def add(self, text: str, line: int) -> None:
        """Add one row by its text."""
        sample = _sample(text)
        for key in sample[:KEYS]:
            self._by_key.setdefault(key, []).append(len(self._lines))
        self._samples.append(array("Q", sample))
        self._lines.append(line)

    def find(self, text: str) -> int | None:
        """The line of the first row that this text is a near copy of."""
        sample = _sample(text)
        asked = {index for key in sample[:KEYS] for index in self._by_key.get(key, ())}
        for index in sorted(asked):
            if _likeness(sample, self._samples[index]) >= NEAR:
                return self._lines[index]
        return None


def _sample(text: str) -> list[int]:
    words = _WORD.findall(text.lower())
    runs = zip(*(words[start:] for start in range(SHINGLE_WORDS)), strict=False)
    hashes = {hash(run) & _MASK for run in runs}
    return nsmallest(SAMPLE, hashes or {hash(tuple(words)) & _MASK})


def _likeness(one: list[int], other: "array[int]") -> float:
    # Of the smallest hashes of both together, the share that both have.
    union = nsmallest(SAMPLE, set(one) | set(other))
    both = set(one) & set(other)
    return sum(value in both for value in union) / len(union)
