"""One pass over one file: every row is read once, checked, counted and dropped."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import compress

import orjson

from shared.datasets.names import LARGEST
from shared.models import Method, Model
from shared.validation.duplicates.fingerprints import Index, plain_fingerprints, row_fingerprints
from shared.validation.example import Example
from shared.validation.reading import parse
from shared.validation.reading.lines import LONGEST_LINE, Block, LineReader
from shared.validation.reading.plain import PlainRows, parse_plain_rows, plain_rows
from shared.validation.report.findings import Findings, Place
from shared.validation.rules import TEXT_RULES, row_rules
from shared.validation.rules.file import BLANK_LINES, ONE_OBJECT
from shared.validation.rules.rule import Fault, Rule
from shared.validation.sensitive.prefilter import flag_lines
from shared.validation.system_messages import SystemMessages, conversation_texts, system_message_of
from shared.validation.tokens.counting import Counting
from shared.validation.tokens.long_rows import LongRows
from shared.validation.tokens.statistics import TokenStatistics
from shared.validation.tokens.texts import extract_texts
from shared.validation.turn import Json

Progress = Callable[[int], None]
"""Called with the number of bytes read so far, about once per megabyte."""

RowText = Callable[[str, int], None]
"""Called with the text of a row, without its system message, and its line."""

_DEFAULT_VOCABULARY = "o200k_base"
_MANY = 1_000_000
_GROUP = 64


@dataclass(kw_only=True)
class Scan:
    """The options of a pass, and after `run` its results."""

    findings: Findings
    model: Model | None
    method: Method
    graded_fields: tuple[str, ...] = ()
    file: str = "training"
    progress: Progress | None = None
    row_text: RowText | None = None
    reader: LineReader = field(default_factory=LineReader)
    fingerprints: Index = field(default_factory=Index)
    tokens: TokenStatistics = field(default_factory=TokenStatistics)
    systems: SystemMessages = field(default_factory=SystemMessages)
    examples: int = 0
    image_examples: int = 0
    first_record: dict[str, Json] | None = None
    was_read: bool = True
    _blank: "array[int]" = field(default_factory=lambda: array("I"))

    @property
    def vocabulary(self) -> str:
        """The vocabulary that tokens are counted in."""
        return self.model.vocabulary if self.model else _DEFAULT_VOCABULARY

    def run(self, chunks: Iterable[bytes], size: int | None = None) -> None:
        """Read the file to its end, unless its size is known to be above the limit."""
        if size is not None and size > LARGEST:
            self.reader.size, self.was_read = size, False
            return
        with Counting(self.vocabulary, self.tokens) as self._counting:
            self._long = LongRows(self.model, self.tokens, self._counting.count, self._add_at)
            for block in self.reader.blocks(chunks):
                self._read_block(block)
                self._counting.end_block()
                if self.progress:
                    self.progress(self.reader.size)

    def example_at(self, line: int) -> int | None:
        """The number of the example at a line; None in a file with a million blank lines."""
        return None if len(self._blank) >= _MANY else line - bisect_left(self._blank, line)

    def _read_block(self, block: Block) -> None:
        flags = flag_lines(block.data, block.lines)
        for start in range(0, len(block.lines), _GROUP):
            lines, suspect = block.lines[start : start + _GROUP], flags[start : start + _GROUP]
            rows = self._plain_rows(lines, suspect)
            if rows:
                self._add_plain(rows, suspect, block.first_line + start)
            else:
                self._read_lines(lines, suspect, block.first_line + start, block.too_long)

    def _plain_rows(self, lines: list[bytes], suspect: list[bool]) -> PlainRows | None:
        if self.method is not Method.SFT or self._long.has_long(lines):
            return None
        if any(suspect) and any(b"\\u0000" in line for line in compress(lines, suspect)):
            return None
        return parse_plain_rows(lines)

    def _add_plain(self, rows: PlainRows, suspect: list[bool], first_line: int) -> None:
        if self.first_record is None:
            self.first_record = rows.rows[0]
        for place in compress(range(len(suspect)), suspect):
            example = self._example(rows.rows[place], first_line + place, place + 1)
            self._check(example, TEXT_RULES)
        self.systems.add_plain(rows)
        self.fingerprints.add(plain_fingerprints(rows), first_line)
        if self.row_text:
            for place, (pattern, texts) in enumerate(rows.conversations()):
                self.row_text("\n".join(texts[pattern.has_system :]), first_line + place)
        self._counting.add_plain(rows)
        self.examples += len(rows.rows)

    def _read_lines(
        self, lines: list[bytes], suspect: list[bool], first_line: int, too_long: frozenset[int]
    ) -> None:
        for number, (line, look) in enumerate(zip(lines, suspect, strict=True), first_line):
            if not line or line.isspace():
                self._blank_line(number)
                continue
            self.examples += 1
            if number in too_long:
                self._add(_too_long(line), number)
            else:
                self._read_line(line, number, suspect=look)

    def _read_line(self, line: bytes, number: int, *, suspect: bool) -> None:
        try:
            row = orjson.loads(line)
        except ValueError:
            self._read_strictly(line, number, suspect=suspect)
            return
        if parse.is_deep(line) or parse.needs_strict_parser(line, parse.count_strings(row)):
            self._read_strictly(line, number, suspect=suspect)
        else:
            self._check_row(row, line, number, suspect=suspect)

    def _read_strictly(self, line: bytes, number: int, *, suspect: bool) -> None:
        row, faults = parse.parse_strict(line)
        for fault in faults:
            self._add(fault, number, row)
        if row is not None or not faults:
            self._check_row(row, line, number, suspect=suspect)

    def _check_row(self, row: Json, line: bytes, number: int, *, suspect: bool) -> None:
        if not isinstance(row, dict):
            self._add(parse.not_an_object(row), number)
            return
        if self.first_record is None:
            self.first_record = row
        example = self._example(row, number, 0)
        self._check(example, row_rules(example))
        if suspect:
            self._check(example, TEXT_RULES)
        self.systems.add(system_message_of(example))
        short = plain_rows([row]) if self.method is Method.SFT else None
        mark = plain_fingerprints(short) if short else row_fingerprints(row, self.method)
        self.fingerprints.add(mark, number)
        pictures = example.images
        self.image_examples += bool(pictures)
        texts = extract_texts(example, sum(image.tokens for image in pictures))
        if self.row_text:
            self.row_text("\n".join(conversation_texts(example)), number)
        self._counting.add(texts, self._long.callback(line, row, number, self.examples))

    def _example(self, row: dict[str, Json], line: int, further: int) -> Example:
        fields = self.graded_fields
        return Example(line, self.examples + further, row, self.method, self.model, fields)

    def _check(self, example: Example, rules: Iterable[Rule]) -> None:
        for rule in rules:
            if rule.check:
                for fault in rule.check(example):
                    place = Place(self.file, example.line, example.number, example.row)
                    self.findings.add(fault, place)

    def _blank_line(self, line: int) -> None:
        self.findings.add(BLANK_LINES.fault("$", None, "blank line"), Place(self.file, line))
        if len(self._blank) < _MANY:
            self._blank.append(line)

    def _add(self, fault: Fault, line: int, row: Json = None) -> None:
        self.findings.add(fault, Place(self.file, line, self.examples, row))

    def _add_at(self, fault: Fault, line: int, example: int) -> None:
        self.findings.add(fault, Place(self.file, line, example))


def _too_long(line: bytes) -> Fault:
    found = f"the line is longer than {LONGEST_LINE >> 20} MiB, so it was not read"
    return ONE_OBJECT.fault("$", line[:80].decode(errors="replace"), found)
