"""One pass over one file: every row is read once, checked, counted and forgotten."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from shared.models import Model
from shared.validation import fingerprints, parse, weighing
from shared.validation.counting import Counting, LongRow
from shared.validation.example import Example, Json, Method
from shared.validation.findings import Findings
from shared.validation.fingerprints import Fingerprints
from shared.validation.formats import guess
from shared.validation.lines import FIRST_LINES, LONGEST_LINE, Block, LineReader
from shared.validation.plain import Plain, plain
from shared.validation.rule import Fault, Rule
from shared.validation.rules import ROW_RULES, TEXT_RULES
from shared.validation.rules import file as file_rules
from shared.validation.statistics import TokenStatistics
from shared.validation.suspects import suspects
from shared.validation.systems import SystemMessages, system_of

Progress = Callable[[int], None]
"""Told the number of bytes read so far, about once per megabyte."""

_DEFAULT_VOCABULARY = "o200k_base"


@dataclass
class Scan:
    """What is asked of a file, and after `run` what was found."""

    findings: Findings
    model: Model | None
    method: Method | None = None
    graded: bool = False
    file: str = "training"
    progress: Progress | None = None
    reader: LineReader = field(default_factory=LineReader)
    fingerprints: Fingerprints = field(default_factory=Fingerprints)
    tokens: TokenStatistics = field(default_factory=TokenStatistics)
    systems: SystemMessages = field(default_factory=SystemMessages)
    examples: int = 0
    first_record: dict[str, Json] | None = None

    @property
    def vocabulary(self) -> str:
        """The vocabulary that tokens are counted in."""
        return self.model.vocabulary if self.model else _DEFAULT_VOCABULARY

    def run(self, chunks: Iterable[bytes]) -> None:
        """Read the file to its end."""
        with Counting(self.vocabulary, self.tokens) as self._counting:
            for block in self.reader.blocks(chunks):
                self._block(block)
                self._counting.end_block()
                if self.progress:
                    self.progress(self.reader.size)
        self.method = self.method or Method.SFT

    def _block(self, block: Block) -> None:
        if self.method is None:
            self.method = guess(block.lines[:FIRST_LINES], self.model, graded=self.graded)
        unusual = parse.is_unusual(block.data)
        number = block.first_line
        for line, suspect in zip(block.lines, suspects(block), strict=True):
            if not line or line.isspace():
                self._add(file_rules.BLANK_LINES.fault("$", None, "blank line"), number, None)
            elif number in block.too_long:
                self.examples += 1
                self._add(_too_long(line), number)
            else:
                self.examples += 1
                self._line(line, number, suspect=suspect, unusual=unusual)
            number += 1

    def _line(self, line: bytes, number: int, *, suspect: bool, unusual: bool) -> None:
        try:
            row = parse.quick(line)
        except ValueError:
            self._strict(line, number, suspect=suspect)
            return
        short = plain(row) if self.method is Method.SFT else None
        keys = short.keys if short else parse.count_keys(row)
        if parse.needs_strict(line, keys, unusual=unusual) or parse.is_deep(line):
            self._strict(line, number, suspect=suspect)
        elif short:
            self._plain(short, row, line, number, suspect=suspect)
        else:
            self._any(row, line, number, suspect=suspect)

    def _strict(self, line: bytes, number: int, *, suspect: bool) -> None:
        row, faults = parse.strict(line)
        for fault in faults:
            self._add(fault, number)
        if row is not None or not faults:
            self._any(row, line, number, suspect=suspect)

    def _plain(
        self, short: Plain, row: dict[str, Json], line: bytes, number: int, *, suspect: bool
    ) -> None:
        if suspect or self.first_record is None:
            self._check(self._example(row, line, number), TEXT_RULES)
        self.systems.add(short.texts[0] if short.roles[0] == "system" else None)
        self.fingerprints.add(fingerprints.of_plain(short), number)
        self._counting.add_plain(short, self._if_long(line))

    def _any(self, row: Json, line: bytes, number: int, *, suspect: bool) -> None:
        if not isinstance(row, dict):
            self._add(parse.not_an_object(row), number)
            return
        example = self._example(row, line, number)
        self._check(example, (*ROW_RULES, *TEXT_RULES) if suspect else ROW_RULES)
        short = plain(row) if example.method is Method.SFT else None
        self.systems.add(system_of(example))
        mark = fingerprints.of_plain(short) if short else fingerprints.of_row(row, example.method)
        self.fingerprints.add(mark, number)
        self._counting.add(weighing.weigh(example, 0), self._if_long(line))

    def _example(self, row: dict[str, Json], line: bytes, number: int) -> Example:
        if self.first_record is None:
            self.first_record = row
        method = self.method or Method.SFT
        return Example(number, self.examples, row, method, self.model, line)

    def _check(self, example: Example, rules: Iterable[Rule]) -> None:
        for rule in rules:
            if rule.check:
                for fault in rule.check(example):
                    self._add(fault, example.line)

    def _if_long(self, line: bytes) -> LongRow | None:
        # A token is at least one byte, so only long lines can exceed the context.
        if not self.model or not self.model.context or len(line) <= self.model.context:
            return None
        return partial(self._long, self.model.context)

    def _long(self, context: int, total: int, _: int) -> None:
        if total > context:
            self.tokens.above_context += 1
            self.tokens.tokens_cut += total - context

    def _add(self, fault: Fault, line: int, example: int | None = 0) -> None:
        number = self.examples if example == 0 else example
        self.findings.add(fault, line, number, self.file)


def _too_long(line: bytes) -> Fault:
    found = f"the line is longer than {LONGEST_LINE >> 20} MiB and was not read"
    return file_rules.ONE_OBJECT.fault("$", line[:80].decode(errors="replace"), found)
