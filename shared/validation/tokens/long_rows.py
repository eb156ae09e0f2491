"""Rows above the model's training context, and the tokens of them that training would not see."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from shared.models import Model
from shared.validation.rules.rule import Fault
from shared.validation.rules.tokens import CONTEXT
from shared.validation.tokens.counting import LongRow
from shared.validation.tokens.statistics import TokenStatistics
from shared.validation.turn import Json


@dataclass(slots=True)
class LongRows:
    """Finds rows above the context, once their tokens are counted."""

    model: Model | None
    statistics: TokenStatistics
    count: Callable[[str], int]
    add: Callable[[Fault, int, int], None]
    _context: float = field(init=False)

    def __post_init__(self) -> None:
        """A context that is not known is never exceeded."""
        self._context = (self.model and self.model.context) or math.inf

    def has_long(self, lines: list[bytes]) -> bool:
        """Whether any of these lines could exceed the context."""
        return max(map(len, lines)) > self._context

    def callback(
        self, line: bytes, row: dict[str, Json], number: int, example: int
    ) -> LongRow | None:
        """What to call with the tokens of this row; None if it cannot exceed the context."""
        # A token is at least one byte of text; what it costs beside its text needs more bytes of
        # JSON than it has tokens. Images are the exception, so rows with parts are always checked.
        if len(line) <= self._context and b"image_url" not in line:
            return None
        return partial(self._judge, self._context, _answer(row), number, example)

    def _judge(
        self, context: float, answer: str, line: int, example: int, total: int, assistant: int
    ) -> None:
        if total <= context:
            return
        cut = total - int(context)
        self.statistics.above_context += 1
        self.statistics.tokens_cut += cut
        lost = ""
        if answer:
            final = self.count(answer)
            lost = f", including {min(cut, final):,} of the {final:,} of the last answer"
        found = (
            f"{total:,} tokens ({assistant:,} trained), {context:,.0f} allowed; "
            f"the last {cut:,} are cut off{lost}"
        )
        self.add(CONTEXT.fault("$", total, found), line, example)


def _answer(row: dict[str, Json]) -> str:
    messages = row.get("messages")
    last = messages[-1] if isinstance(messages, list) and messages else None
    content = last.get("content") if isinstance(last, dict) else None
    spoken = isinstance(last, dict) and last.get("role") == "assistant"
    return content if spoken and isinstance(content, str) else ""
