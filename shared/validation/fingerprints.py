"""Which rows are the same, and which ask the same: 20 bytes for each row, whatever its length.

Fingerprints are 64-bit hashes of the canonical row, salted by the process, so they are compared
within one process and never stored. Among a million rows two different ones meet with a
probability of one in thirty million.
"""

from array import array
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import orjson

from shared.validation.example import Json, Method
from shared.validation.plain import PlainRows

_SHARDS = 64


Fingerprint = tuple[int, int]
"""What a row asks, and the whole of it."""


class Repeat(NamedTuple):
    """A row that another one resembles; lines are 1-based and the first comes first."""

    first_line: int
    line: int
    same_answer: bool


class _Shard:
    """The rows whose prompts have the same hash but for its upper bits."""

    def __init__(self) -> None:
        self.prompts = array("q")
        self.rows = array("q")
        self.lines = array("I")
        self.appends = (self.prompts.append, self.rows.append, self.lines.append)


class Fingerprints:
    """The fingerprints of a file."""

    def __init__(self) -> None:
        self._shards = [_Shard() for _ in range(_SHARDS)]
        self._appends = [shard.appends for shard in self._shards]

    def add(self, fingerprint: Fingerprint, line: int) -> None:
        """Add one row."""
        prompt, row = fingerprint
        add_prompt, add_row, add_line = self._appends[prompt % _SHARDS]
        add_prompt(prompt)
        add_row(row)
        add_line(line)

    def add_all(self, fingerprints: Iterable[Fingerprint], first_line: int) -> None:
        """Add the rows of consecutive lines."""
        for line, fingerprint in enumerate(fingerprints, first_line):
            self.add(fingerprint, line)

    def repeats(self) -> Iterator[Repeat]:
        """Rows equal to an earlier one, and rows that ask the same as an earlier one.

        A row is reported once: as a duplicate if any earlier row equals it, else as a different
        answer. Order is by shard, not by line.
        """
        for shard in self._shards:
            yield from _repeats(shard)

    def shared_with(self, other: "Fingerprints") -> Iterator[Repeat]:
        """Rows of this file that `other` holds too; `line` is this file's, `first_line` other's."""
        for mine, theirs in zip(self._shards, other._shards, strict=True):
            known = dict(zip(reversed(theirs.rows), reversed(theirs.lines), strict=True))
            for row, line in zip(mine.rows, mine.lines, strict=True):
                if row in known:
                    yield Repeat(known[row], line, same_answer=True)


def of_plain(rows: PlainRows) -> Iterator[Fingerprint]:
    """The fingerprints of plain rows, by their texts."""
    for pattern, texts in rows.talks():
        prompt = hash((pattern.roles, *texts[:-1]))
        yield prompt, hash((prompt, texts[-1]))


def of_row(row: dict[str, Json], method: Method) -> Fingerprint:
    """The fingerprint of any row that is not plain, by its canonical JSON."""
    return hash(canonical(_prompt(row, method))), hash(canonical(row))


def canonical(value: Json) -> bytes:
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


def _repeats(shard: _Shard) -> Iterator[Repeat]:
    # First the rows that share a prompt: everything that is equal shares that as well.
    shared: dict[int, list[tuple[int, int]]] = {}
    seen_once: dict[int, int] = {}
    for index, prompt in enumerate(shard.prompts):
        first = seen_once.setdefault(prompt, index)
        if first != index:
            group = shared.setdefault(prompt, [(shard.rows[first], shard.lines[first])])
            group.append((shard.rows[index], shard.lines[index]))
    for group in shared.values():
        yield from _within(group)


def _within(group: list[tuple[int, int]]) -> Iterator[Repeat]:
    firsts = {group[0][0]: group[0][1]}
    for row, line in group[1:]:
        if row in firsts:
            yield Repeat(firsts[row], line, same_answer=True)
        else:
            firsts[row] = line
            yield Repeat(group[0][1], line, same_answer=False)
