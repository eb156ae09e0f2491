"""Fingerprints of rows and of their prompts: 16 bytes for each row, whatever its length.

Fingerprints are 64-bit hashes of the canonical row, salted by the process, so they are compared
within one process and never stored. Among a million rows two different ones collide
with a probability of one in thirty million.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import NamedTuple

import orjson

from shared.models import Method
from shared.validation.reading.plain import PlainRows
from shared.validation.turn import Json

_PART = 1 << 15
"""Rows compared at a time: sets of all hashes of a large file would outgrow everything else.

At four times as many, a file of 512 MB takes 11 MB more in all.
"""

Fingerprints = tuple[Sequence[int], Sequence[int]]
"""For each row the hash of its prompt, and that of the whole row."""

Pairs = list[tuple[int, int]]
"""A line each, or the place of a row, and the first one that it resembles."""


class Repeats(NamedTuple):
    """Rows of one part that an earlier row resembles: how many, and the first of them."""

    same: int
    same_lines: Pairs
    other: int
    """Rows that ask the same as an earlier one, answered else."""
    other_lines: Pairs


@dataclass(slots=True)
class Index:
    """The fingerprints of a file's rows, in order."""

    prompts: "array[int]" = field(default_factory=lambda: array("q"))
    rows: "array[int]" = field(default_factory=lambda: array("q"))
    _begins: list[int] = field(default_factory=list)
    _lines: list[int] = field(default_factory=list)
    """Places from which on lines follow each other, and the line of each."""

    def add(self, fingerprints: Fingerprints, first_line: int) -> None:
        """Add the rows of consecutive lines."""
        prompts, rows = fingerprints
        if not self._begins or self._line(len(self.rows)) != first_line:
            self._begins.append(len(self.rows))
            self._lines.append(first_line)
        self.prompts.extend(prompts)
        self.rows.extend(rows)

    def repeats(self, limit: int) -> Iterator[Repeats]:
        """Rows equal to an earlier one, and rows that ask the same as an earlier one, by parts.

        A row counts once: as the same if any earlier row equals it, else as asking the same.
        At most `limit` lines of each kind are named in a part, the earliest.
        """
        for part in _parts(self.prompts, len(self.rows)):
            prompts = list(map(self.prompts.__getitem__, part))
            distinct = len(set(prompts))
            if distinct == len(part):
                continue
            rows = list(map(self.rows.__getitem__, part))
            different = len(set(rows))
            same, other = len(part) - different, different - distinct
            pairs = _earliest(prompts, rows, part, min(same, limit), min(other, limit))
            yield Repeats(same, self._with_lines(pairs[0]), other, self._with_lines(pairs[1]))

    def overlaps(self, others: "Index") -> Iterator[Pairs]:
        """Rows that another file holds too, by parts: this file's line, the other's first line."""
        size = max(len(self.rows), len(others.rows))
        for mine, theirs in zip(_parts(self.rows, size), _parts(others.rows, size), strict=True):
            known: dict[int, int] = {}
            for place in theirs:
                known.setdefault(others.rows[place], place)
            hits = [place for place in mine if self.rows[place] in known]
            yield [(self._line(hit), others._line(known[self.rows[hit]])) for hit in hits]

    def _line(self, place: int) -> int:
        run = bisect_right(self._begins, place) - 1
        return self._lines[run] + place - self._begins[run]

    def _with_lines(self, places: Pairs) -> Pairs:
        return [(self._line(place), self._line(first)) for place, first in places]


def plain_fingerprints(rows: PlainRows) -> Fingerprints:
    """The fingerprints of plain rows, by their texts."""
    if rows.shared_pattern:
        # A column at a time, all in C; the hashes are those of the way below.
        *asked, answers = rows.columns()
        prompts = list(map(hash, zip(repeat(rows.shared_pattern.roles), *asked, strict=False)))
        return prompts, list(map(hash, zip(prompts, answers, strict=True)))
    conversations = list(rows.conversations())
    prompts = [hash((pattern.roles, *texts[:-1])) for pattern, texts in conversations]
    return prompts, [
        hash((p, texts[-1])) for p, (_, texts) in zip(prompts, conversations, strict=True)
    ]


def row_fingerprints(row: dict[str, Json], method: Method) -> Fingerprints:
    """The fingerprint of any row that is not plain, by its canonical JSON."""
    return [hash(canonical_json(_prompt(row, method)))], [hash(canonical_json(row))]


def canonical_json(value: Json) -> bytes:
    """JSON that is equal for equal values: sorted keys, no spaces, no escapes but the needed."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        return repr(value).encode("utf-8", "backslashreplace")


def _prompt(row: dict[str, Json], method: Method) -> Json:
    if method is Method.DPO:
        return row.get("input")
    messages = row.get("messages")
    if method is Method.RFT or not isinstance(messages, list):
        return messages
    return messages[:-1]


def _parts(hashes: "array[int]", size: int) -> list["array[int]"]:
    """The places of hashes, in order, in parts; equal hashes are in the same part."""
    number = size // _PART + 1
    if number == 1:
        return [array("I", range(len(hashes)))]
    parts = [array("I") for _ in range(number)]
    for place, value in enumerate(hashes):
        parts[value % number].append(place)
    return parts


def _earliest(
    prompts: list[int], rows: list[int], places: Sequence[int], same: int, other: int
) -> tuple[Pairs, Pairs]:
    """The first pairs of places that are the same, and that ask the same; so many of each."""
    same_places: Pairs = []
    other_places: Pairs = []
    asked: dict[int, int] = {}
    known: dict[int, int] = {}
    for prompt, row, place in zip(prompts, rows, places, strict=True):
        if len(same_places) >= same and len(other_places) >= other:
            break
        if row in known:
            same_places.append((place, known[row]))
            continue
        known[row] = place
        first = asked.setdefault(prompt, place)
        if first != place:
            other_places.append((place, first))
    return same_places[:same], other_places[:other]
