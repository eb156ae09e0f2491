"""Fixes what is safe and unambiguous, and copies every other byte as it is.

Fixed are the byte order mark, blank lines, line ends, the spelling of roles, and `functions`, which
become `tools`. Contents of messages are never changed, not even to normalise Unicode.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from shared.validation.fixing.legacy_functions import convert_to_tools
from shared.validation.reading import parse
from shared.validation.reading.lines import LONGEST_LINE, LineReader
from shared.validation.rules.roles import guess_role
from shared.validation.turn import Json

_LISTS = ("messages", "preferred_output", "non_preferred_output")


class Change(NamedTuple):
    """One change; `line` is 1-based and counts lines of the original file."""

    line: int
    what: str


@dataclass(slots=True)
class Fixer:
    """Copies a file line by line. Afterwards `counts` is exact and `changes` has the first ones."""

    max_changes: int
    changes: list[Change] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def copy(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The fixed file, line by line.

        Raises:
            ValueError: A line is too long to be read.
        """
        reader = LineReader(count_line_ends=True)
        for block in reader.blocks(chunks):
            for number, line in enumerate(block.lines, block.first_line):
                if number in block.too_long:
                    raise ValueError(f"line {number} is longer than {LONGEST_LINE >> 20} MiB")
                if not line or line.isspace():
                    self._record(number, "blank line removed")
                else:
                    yield self._fix_line(number, line) + b"\n"
        self._record_file(reader)

    def to_dict(self) -> dict[str, Any]:
        """The changes as one JSON object."""
        changes = [change._asdict() for change in self.changes]
        return {"counts": dict(self.counts), "changes": changes}

    def _fix_line(self, number: int, line: bytes) -> bytes:
        row, faults = parse.parse_strict(line)
        # Parts of a row that does not parse cleanly could get lost by writing it again.
        if faults or not isinstance(row, dict):
            return line
        fixed = self._fix_functions(number, self._fix_roles(number, row))
        return line if fixed == row else json.dumps(fixed, ensure_ascii=False).encode()

    def _fix_roles(self, number: int, row: dict[str, Json]) -> dict[str, Json]:
        new = {
            key: self._fix_messages(number, value) if key in _LISTS else value
            for key, value in row.items()
        }
        inner = row.get("input")
        if isinstance(inner, dict) and "messages" in inner:
            new["input"] = {**inner, "messages": self._fix_messages(number, inner["messages"])}
        return new

    def _fix_messages(self, number: int, messages: Json) -> Json:
        if not isinstance(messages, list):
            return messages
        return [self._fix_message(number, message) for message in messages]

    def _fix_message(self, number: int, message: Json) -> Json:
        role = guess_role(message.get("role")) if isinstance(message, dict) else None
        if not role:
            return message
        self._record(number, f"role spelling corrected to {role!r}")
        return {**message, "role": role}

    def _fix_functions(self, number: int, row: dict[str, Json]) -> dict[str, Json]:
        new = convert_to_tools(row)
        if new is None:
            return row
        self._record(number, "functions converted to tools")
        return new

    def _record_file(self, reader: LineReader) -> None:
        if reader.has_bom:
            self._record(1, "byte order mark removed")
        if reader.other_line_ends:
            self._record(1, "line ends changed to LF", reader.other_line_ends)

    def _record(self, line: int, what: str, times: int = 1) -> None:
        self.counts[what] += times
        if len(self.changes) < self.max_changes:
            self.changes.append(Change(line, what))
