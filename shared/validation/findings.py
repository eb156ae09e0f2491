"""Collects what is found: every breach is counted, the first places of each rule are kept."""

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from shared.validation.rule import Fault, Level, Rule
from shared.validation.sensitive import mask

MAX_PLACES = 20
_SHOWN = 160


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach at one place, ready to be shown: shortened, with secrets masked.

    `line` and `example` are 1-based, and None for what concerns the whole file.
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

    def to_dict(self) -> dict[str, Any]:
        """The finding as one JSON object."""
        return asdict(self)


@dataclass(slots=True)
class Findings:
    """Counts every fault and keeps up to `max_places` places of each rule and level."""

    max_places: int = MAX_PLACES
    by_level: Counter[Level] = field(default_factory=Counter)
    by_rule: Counter[tuple[int, str, Level]] = field(default_factory=Counter)
    _places: dict[tuple[int, str, Level], list[Finding]] = field(default_factory=dict)

    def add(
        self,
        fault: Fault,
        line: int | None = None,
        example: int | None = None,
        file: str = "training",
    ) -> None:
        """Count one fault, and keep its place while there is room for it."""
        key = (fault.rule.number, fault.rule.id, fault.level)
        self.by_level[fault.level] += 1
        self.by_rule[key] += 1
        if self.by_rule[key] <= self.max_places:
            self._places.setdefault(key, []).append(_finding(fault, line, example, file))

    def count_more(self, rule: Rule, level: Level, number: int) -> None:
        """Count breaches whose places are not worth keeping."""
        if number > 0:
            self.by_level[level] += number
            self.by_rule[rule.number, rule.id, level] += number

    def places(self) -> list[Finding]:
        """What is kept: errors first, then by rule and place."""
        order = list(Level)
        keys = sorted(self._places, key=lambda key: (order.index(key[2]), key[0]))
        return [finding for key in keys for finding in self._places[key]]


def shown(value: object, limit: int = _SHOWN) -> str:
    """A value as it may be shown: JSON for all but text, masked, on one line, shortened."""
    text = value if isinstance(value, str) else _as_json(value)
    # Masking looks at what will be shown and a little more, so that the cut hides nothing.
    text = mask(text[: limit * 2]).replace("\n", "\\n").replace("\r", "\\r").replace("\0", "\\0")
    text = text.encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _finding(fault: Fault, line: int | None, example: int | None, file: str) -> Finding:
    return Finding(
        rule=fault.rule.id,
        level=fault.level.value,
        line=line,
        example=example,
        path=shown(fault.path, 300),
        value="" if fault.value is None else shown(fault.value),
        message=shown(fault.message, 400),
        hint=fault.hint,
        basis=fault.rule.basis.value,
        file=file,
    )


def _as_json(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (TypeError, ValueError, RecursionError):
        return type(value).__name__
