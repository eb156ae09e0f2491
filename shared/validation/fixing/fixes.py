"""Mends what is safe and unambiguous, and leaves every other byte as it is.

Mended are: the byte order mark, blank lines, line ends, the spelling of roles, and `functions`
rewritten as `tools`. Texts are never touched, not even to normalise Unicode.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from shared.validation.fixing.legacy_functions import with_tools
from shared.validation.reading import parse
from shared.validation.reading.lines import LineReader
from shared.validation.rules.roles import intended_role
from shared.validation.turn import Json

_LISTS = ("messages", "preferred_output", "non_preferred_output")


class Change(NamedTuple):
    """One mended place; `line` is 1-based and counts lines of the file as it was."""

    line: int
    what: str


@dataclass(slots=True)
class Mending:
    """Copies a file line by line; afterwards `counts` is exact and `changes` has the first ones."""

    max_changes: int
    changes: list[Change] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def copy(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The mended file, a line at a time."""
        reader = LineReader(count_line_ends=True)
        for block in reader.blocks(chunks):
            for number, line in enumerate(block.lines, block.first_line):
                if number in block.too_long:
                    raise ValueError(f"line {number} is too long to be copied")
                if not line or line.isspace():
                    self._note(number, "blank line removed")
                else:
                    yield self._line(number, line) + b"\n"
        self._note_file(reader)

    def to_dict(self) -> dict[str, Any]:
        """What was done as one JSON object."""
        changes = [change._asdict() for change in self.changes]
        return {"counts": dict(self.counts), "changes": changes}

    def _line(self, number: int, line: bytes) -> bytes:
        row, faults = parse.strict(line)
        # What does not read cleanly could be lost by writing it again.
        if faults or not isinstance(row, dict):
            return line
        mended = self._tools(number, self._roles(number, row))
        return line if mended == row else json.dumps(mended, ensure_ascii=False).encode()

    def _roles(self, number: int, row: dict[str, Json]) -> dict[str, Json]:
        new = {
            key: self._list(number, value) if key in _LISTS else value for key, value in row.items()
        }
        inner = row.get("input")
        if isinstance(inner, dict) and "messages" in inner:
            new["input"] = {**inner, "messages": self._list(number, inner["messages"])}
        return new

    def _list(self, number: int, messages: Json) -> Json:
        if not isinstance(messages, list):
            return messages
        return [self._message(number, message) for message in messages]

    def _message(self, number: int, message: Json) -> Json:
        meant = intended_role(message.get("role")) if isinstance(message, dict) else None
        if not meant:
            return message
        self._note(number, f"role spelt {meant}")
        return {**message, "role": meant}

    def _tools(self, number: int, row: dict[str, Json]) -> dict[str, Json]:
        new = with_tools(row)
        if new is None:
            return row
        self._note(number, "functions rewritten as tools")
        return new

    def _note_file(self, reader: LineReader) -> None:
        if reader.has_bom:
            self._note(1, "byte order mark removed")
        if reader.other_line_ends:
            self._note(1, "line ends written as LF", reader.other_line_ends)

    def _note(self, line: int, what: str, times: int = 1) -> None:
        self.counts[what] += times
        if len(self.changes) < self.max_changes:
            self.changes.append(Change(line, what))
