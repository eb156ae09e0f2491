"""Keeps the first few of many things that come in any order."""

from dataclasses import dataclass, field
from heapq import nsmallest

_SLACK = 8


@dataclass(slots=True)
class Earliest:
    """Counts pairs of lines and keeps those whose second line comes first in the file."""

    limit: int
    count: int = 0
    _kept: list[tuple[int, int]] = field(default_factory=list)

    def add(self, line: int, other: int) -> None:
        """Add the row at `line`, which has something to do with the one at `other`."""
        self.count += 1
        self._kept.append((line, other))
        if len(self._kept) > _SLACK * max(self.limit, 1):
            self._kept = self.places()

    def add_many(self, count: int, pairs: list[tuple[int, int]]) -> None:
        """Add so many rows, of which these are the earliest."""
        self.count += count
        self._kept = nsmallest(self.limit, [*self._kept, *pairs])

    def places(self) -> list[tuple[int, int]]:
        """The earliest pairs, in order."""
        return nsmallest(self.limit, self._kept)
