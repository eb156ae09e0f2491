"""The gate before promotion: a metric of the comparison and the least that it must reach."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

OFF = "off"
METRICS = {
    "win_rate": "share of prompts on which the tuned answer was better, ties counting half",
    "win_rate_low": "lower end of the win rate's 95 % interval",
    "score": "mean score of the tuned answers",
    "gain": "mean score of the tuned answers less that of the base's",
}
EXPECTED = f"{' or '.join(METRICS)}, then >= and a number, or {OFF}"
_RULE = re.compile(r"\s*([a-z_]+)\s*>=\s*(-?\d+(?:\.\d+)?)\s*")


@dataclass(frozen=True)
class Gate:
    """A gate: `metric` must be at least `least`."""

    metric: str
    least: float

    def __str__(self) -> str:
        return f"{self.metric}>={self.least:g}"

    @classmethod
    def parse(cls, text: str) -> "Gate | None":
        """Read `win_rate>=0.5`; None for `off`.

        Raises:
            ValueError: if it is neither.
        """
        if text.strip().lower() == OFF:
            return None
        match = _RULE.fullmatch(text)
        if not match or match[1] not in METRICS:
            raise ValueError(text)
        return cls(match[1], float(match[2]))

    def verdict(self, figures: Mapping[str, Any]) -> tuple[bool | None, str]:
        """Whether a comparison passes, None if it shows neither, and a sentence that says why.

        Args:
            figures: Its summary by name; None where nothing could be graded.
        """
        seen: float | None = figures[self.metric]
        inconclusive = str(figures["inconclusive"])
        if inconclusive or seen is None:
            reason = inconclusive or "No prompt could be graded."
            return None, f"The gate {self} has no verdict. {reason}"
        passed = seen >= self.least
        word = "passed" if passed else "failed"
        return passed, f"The gate {self} is {word}: {self.metric} is {seen:.3g}."
