"""Token statistics of a file: exact, in memory that does not grow with the number of rows."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

_BUCKETS = 24


@dataclass(slots=True)
class Distribution:
    """How a whole number is distributed over rows. Equal values share one counter."""

    counts: Counter[int] = field(default_factory=Counter)

    def update(self, values: Iterable[int]) -> None:
        """Add one value per row."""
        self.counts.update(values)

    @property
    def total(self) -> int:
        """The sum of all values."""
        return sum(value * count for value, count in self.counts.items())

    def summary(self) -> dict[str, float | int]:
        """Minimum, maximum, mean, median, 5th and 95th percentile, and sum; zeros when empty.

        Percentiles interpolate linearly, as numpy's do, so that they equal the tutorial's.
        """
        number = self.counts.total()
        if not number:
            return dict.fromkeys(("min", "max", "mean", "median", "p5", "p95", "sum"), 0)
        values = sorted(self.counts)
        return {
            "min": values[0],
            "max": values[-1],
            "mean": round(self.total / number, 2),
            "median": self._quantile(values, 0.5),
            "p5": self._quantile(values, 0.05),
            "p95": self._quantile(values, 0.95),
            "sum": self.total,
        }

    def histogram(self) -> list[dict[str, int]]:
        """The number of rows in each of at most 24 ranges of equal width, for a picture."""
        if not self.counts:
            return []
        low, high = min(self.counts), max(self.counts)
        width = max(1, -(-(high - low + 1) // _BUCKETS))
        bars = Counter({(value - low) // width: 0 for value in range(low, high + 1, width)})
        for value, count in self.counts.items():
            bars[(value - low) // width] += count
        return [
            {"from": low + bar * width, "to": low + (bar + 1) * width - 1, "rows": rows}
            for bar, rows in sorted(bars.items())
        ]

    def _quantile(self, values: list[int], share: float) -> float:
        place = share * (self.counts.total() - 1)
        below, part = int(place), place - int(place)
        low, high = self._at(values, below), self._at(values, below + (part > 0))
        return round(low + (high - low) * part, 2)

    def _at(self, values: list[int], place: int) -> int:
        seen = 0
        for value in values:
            seen += self.counts[value]
            if seen > place:
                return value
        return values[-1]


@dataclass(slots=True)
class TokenStatistics:
    """Tokens per example: all of them, those that are trained, and the rest (the prompt)."""

    total: Distribution = field(default_factory=Distribution)
    assistant: Distribution = field(default_factory=Distribution)
    prompt: Distribution = field(default_factory=Distribution)
    above_context: int = 0
    tokens_cut: int = 0

    def add(self, total: list[int], assistant: list[int]) -> None:
        """Add the counts of some examples, both lists in the same order."""
        self.total.update(total)
        self.assistant.update(assistant)
        self.prompt.update([all_ - own for all_, own in zip(total, assistant, strict=True)])

    def to_dict(self) -> dict[str, Any]:
        """The statistics as one JSON object."""
        return {
            "examples": self.total.counts.total(),
            "total": self.total.summary(),
            "assistant": self.assistant.summary(),
            "prompt": self.prompt.summary(),
            "above_context": self.above_context,
            "tokens_cut": self.tokens_cut,
            "histogram": self.total.histogram(),
        }
