"""Rows that are there twice, in one file or in both: how many, and where the first ones are."""

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import Any

from shared.validation.duplicates.fingerprints import Index
from shared.validation.report.findings import Findings, Place
from shared.validation.rules.quality import DIFFERENT_ANSWERS, DUPLICATE, OVERLAP
from shared.validation.rules.rule import Level, Rule

_SLACK = 8


@dataclass(slots=True)
class EarliestPairs:
    """Counts pairs of lines and keeps those whose second line comes first in the file."""

    limit: int
    count: int = 0
    _pairs: list[tuple[int, int]] = field(default_factory=list)

    def add(self, line: int, other: int) -> None:
        """Add the row at `line`, which has something to do with the one at `other`."""
        self.count += 1
        self._pairs.append((line, other))
        if len(self._pairs) > _SLACK * max(self.limit, 1):
            self._pairs = self.places()

    def add_many(self, count: int, pairs: list[tuple[int, int]]) -> None:
        """Add so many rows, of which these are the earliest."""
        self.count += count
        self._pairs = nsmallest(self.limit, [*self._pairs, *pairs])

    def places(self) -> list[tuple[int, int]]:
        """The earliest pairs, in order."""
        return nsmallest(self.limit, self._pairs)


@dataclass(frozen=True, slots=True)
class Duplicates:
    """How many rows are affected, and the first pairs of lines."""

    exact: EarliestPairs
    other_answer: EarliestPairs
    overlap: EarliestPairs
    near_overlap: EarliestPairs

    @classmethod
    def empty(cls, limit: int) -> "Duplicates":
        """Nothing found yet; at most `limit` pairs of each kind will be kept."""
        return cls(
            EarliestPairs(limit), EarliestPairs(limit), EarliestPairs(limit), EarliestPairs(limit)
        )

    def to_dict(self) -> dict[str, Any]:
        """Counts and pairs as one JSON object; `lines` are [line, line of the other row]."""
        names = ("exact", "other_answer", "overlap", "near_overlap")
        kinds = {name: getattr(self, name) for name in names}
        return {
            name: {"rows": kind.count, "lines": [list(pair) for pair in kind.places()]}
            for name, kind in kinds.items()
        }

    def find(self, rows: Index, others: Index | None) -> None:
        """Compare the rows of a file with each other and with those of its validation file."""
        for found in rows.repeats(self.exact.limit):
            self.exact.add_many(found.same, found.same_lines)
            self.other_answer.add_many(found.other, found.other_lines)
        for pairs in rows.overlaps(others) if others else ():
            self.overlap.add_many(len(pairs), pairs)

    def report(self, findings: Findings, example_of: Callable[[int], int | None]) -> None:
        """Add a finding for each row."""
        found: list[tuple[Rule, EarliestPairs, str, Level | None]] = [
            (DUPLICATE, self.exact, "duplicate of line {}", None),
            (
                DIFFERENT_ANSWERS,
                self.other_answer,
                "prompt of line {}, with another answer",
                None,
            ),
            (OVERLAP, self.overlap, "duplicate of line {} of the validation file", None),
            (
                OVERLAP,
                self.near_overlap,
                "near copy of line {} of the validation file",
                Level.WARNING,
            ),
        ]
        for rule, kind, text, level in found:
            for line, other in kind.places():
                fault = rule.fault("$", other, text.format(other), level=level)
                findings.add(fault, Place(line=line, example=example_of(line)))
            findings.count_more(rule, level or rule.level, kind.count - len(kind.places()))
