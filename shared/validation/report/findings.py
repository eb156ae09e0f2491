"""Collects findings: all are counted, and the first ones of each rule are kept."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from shared.validation.report.display import format_value
from shared.validation.report.excerpt import Excerpt, excerpt
from shared.validation.rules.rule import Fault, Level, Rule
from shared.validation.turn import Json

MAX_PLACES = 20

Kind = tuple[int, str, Level]
"""Number and id of a rule, and how bad this kind of breach is."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach of a rule at one place, ready for output: shortened, with secrets masked.

    `line` and `example` are 1-based, and None for what concerns the whole file. `file` is
    training, validation or grader.
    """

    rule: str
    level: str
    line: int | None
    example: int | None
    path: str
    value: str
    message: str
    hint: str
    basis: str
    file: str = "training"
    excerpt: Excerpt | None = None

    def to_dict(self) -> dict[str, Any]:
        """The finding as one JSON object."""
        return {**asdict(self), "excerpt": self.excerpt._asdict() if self.excerpt else None}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fault was found; `row` is the row itself, to take an excerpt from."""

    file: str = "training"
    line: int | None = None
    example: int | None = None
    row: Json = None


@dataclass(slots=True)
class Findings:
    """Counts every fault and keeps up to `max_places` places of each rule and level."""

    max_places: int = MAX_PLACES
    by_level: Counter[Level] = field(default_factory=Counter)
    by_rule: Counter[Kind] = field(default_factory=Counter)
    _places: dict[Kind, list[Finding]] = field(default_factory=dict)

    def add(self, fault: Fault, place: Place) -> None:
        """Count one fault, and keep its place if fewer than `max_places` are kept."""
        kind = (fault.rule.number, fault.rule.id, fault.level)
        self.by_level[fault.level] += 1
        self.by_rule[kind] += 1
        if self.by_rule[kind] <= self.max_places:
            self._places.setdefault(kind, []).append(_finding(fault, place))

    def count_more(self, rule: Rule, level: Level, number: int) -> None:
        """Count breaches without keeping their places."""
        if number > 0:
            self.by_level[level] += number
            self.by_rule[rule.number, rule.id, level] += number

    def places(self) -> list[Finding]:
        """The findings that were kept: errors first, then by rule and place."""
        order = list(Level)
        kinds = sorted(self._places, key=lambda kind: (order.index(kind[2]), kind[0]))
        return [finding for kind in kinds for finding in self._places[kind]]


def _finding(fault: Fault, place: Place) -> Finding:
    return Finding(
        rule=fault.rule.id,
        level=fault.level.value,
        line=place.line,
        example=place.example,
        path=format_value(fault.path, 300),
        value="" if fault.value is None else format_value(fault.value),
        message=format_value(fault.message, 400),
        hint=fault.hint,
        basis=fault.rule.basis.value,
        file=place.file,
        excerpt=None if place.row is None else excerpt(place.row, fault.path),
    )
