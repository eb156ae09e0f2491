"""Whether all rows are trained with one and the same system message."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from shared.validation.example import Example
from shared.validation.reading.plain import PlainRows
from shared.validation.turn import Json

_MANY = 1_000


@dataclass(slots=True)
class SystemMessages:
    """The system messages of a file: how many different ones, and the first one."""

    first: str | None = None
    rows_without: int = 0
    rows_with: int = 0
    _hashes: set[int] = field(default_factory=set)

    def add(self, text: str | None) -> None:
        """Count one row by its system message, None if it has none."""
        if text is None:
            self.rows_without += 1
            return
        self.rows_with += 1
        if text == self.first:
            return
        if self.first is None:
            self.first = text
        if len(self._hashes) < _MANY:
            self._hashes.add(hash(text))

    def add_plain(self, rows: PlainRows) -> None:
        """Count plain rows by their system messages."""
        if rows.shared_pattern and rows.shared_pattern.has_system:
            self._add_all(rows.columns()[0])
            return
        starts = [0, *rows.ends]
        for pattern, start in zip(rows.patterns, starts, strict=False):
            self.add(rows.texts[start] if pattern.has_system else None)

    def _add_all(self, texts: list[str]) -> None:
        self.rows_with += len(texts)
        if self.first is None:
            self.first = texts[0]
        if len(self._hashes) < _MANY:
            self._hashes.update(map(hash, texts))

    @property
    def distinct(self) -> int:
        """How many different ones there are; counting ends at 1,000."""
        return min(_MANY, len(self._hashes))

    @property
    def common(self) -> str | None:
        """The system message of every row, or None if they differ or some row has none."""
        return self.first if self.distinct == 1 and not self.rows_without else None


def system_message_of(example: Example) -> str | None:
    """The text of a row's first system message."""
    for turn in example.part(example.conversation):
        if turn.role in ("system", "developer"):
            return _text(turn.message.get("content"))
    return None


def conversation_texts(example: Example) -> Iterator[str]:
    """The texts of a row in order, those of system messages left out."""
    for turn in example.turns:
        if turn.role not in ("system", "developer"):
            yield _text(turn.message.get("content")) or ""


def _text(content: Json) -> str | None:
    if isinstance(content, list):
        texts = [part.get("text") for part in content if isinstance(part, dict)]
        return "".join(text for text in texts if isinstance(text, str))
    return content if isinstance(content, str) else None
