"""What can be said only at the end of a file."""

from collections.abc import Iterator
from typing import Any

from shared.validation.example import Method
from shared.validation.report import FileFacts, Report, shown_record
from shared.validation.rule import Fault, Level
from shared.validation.rules import file, roles
from shared.validation.scan import Scan
from shared.validation.weighing import METHOD

MEGABYTE = 1_000_000
_API_BYTES = 512 * MEGABYTE
_SLOW_BYTES = 150 * MEGABYTE
_FEWEST, _FEW = 10, 50


def add_file_faults(scan: Scan) -> None:
    """Add the findings about the file as a whole."""
    for line, fault in _file_faults(scan):
        scan.findings.add(fault, line, None, scan.file)


def report_of(scan: Scan, model: str, seconds: float) -> Report:
    """The report of a finished scan."""
    findings = scan.findings
    return Report(
        file=file_facts(scan),
        method=scan.method or Method.SFT,
        model=model,
        counts={level.value: findings.by_level[level] for level in Level},
        rules=_by_rule(scan),
        findings=findings.places(),
        tokens=_tokens(scan),
        first_record=shown_record(scan.first_record),
        system_message=scan.systems.shared,
        seconds=seconds,
    )


def file_facts(scan: Scan) -> FileFacts:
    """The file as a file."""
    reader = scan.reader
    return FileFacts(reader.size, reader.sha256, scan.examples, reader.lines)


def _file_faults(scan: Scan) -> Iterator[tuple[int | None, Fault]]:
    reader = scan.reader
    if reader.has_bom:
        found = "the file begins with a byte order mark"
        yield 1, file.BOM.fault("$", None, found)
    if reader.first_lone_cr:
        found = "a carriage return alone ends this line"
        yield reader.first_lone_cr, file.LINE_ENDS.fault("$", None, found)
    for fault in (*_size_faults(scan), *_number_faults(scan), *_system_faults(scan)):
        yield None, fault


def _size_faults(scan: Scan) -> Iterator[Fault]:
    size = scan.reader.size
    seen = f"{size / MEGABYTE:.1f} MB"
    if size > _API_BYTES:
        yield file.SIZE.fault("$", seen, f"the file has {seen}; 512 MB are allowed")
    elif size > _SLOW_BYTES:
        found = f"the file has {seen}; from 150 MB on it should be uploaded in parts"
        yield file.SIZE.fault("$", seen, found, level=Level.WARNING)


def _number_faults(scan: Scan) -> Iterator[Fault]:
    number = scan.examples
    if not number:
        yield file.EMPTY.fault("$", None, "the file holds no examples")
    elif number < _FEWEST:
        found = f"the file holds {number} examples; {_FEWEST} are needed"
        yield file.MINIMUM.fault("$", number, found)
    elif number < _FEW:
        found = f"the file holds {number} examples; good results start around {_FEW}"
        yield file.MINIMUM.fault("$", number, found, level=Level.WARNING)


def _system_faults(scan: Scan) -> Iterator[Fault]:
    systems = scan.systems
    if systems.different > 1:
        many = f"{systems.different} different system messages in the file"
        yield roles.SAME_SYSTEM.fault("$", systems.different, many)
    elif systems.different and systems.rows_without:
        some = f"{systems.rows_without} of {scan.examples} rows have no system message"
        yield roles.SAME_SYSTEM.fault("$", systems.rows_without, some)


def _by_rule(scan: Scan) -> dict[str, dict[str, int]]:
    rules: dict[str, dict[str, int]] = {}
    for (_, name, level), number in sorted(scan.findings.by_rule.items()):
        rules.setdefault(name, {})[level.value] = number
    return rules


def _tokens(scan: Scan) -> dict[str, Any]:
    exact = scan.model is not None and scan.model.vocabulary_exact
    return {
        "vocabulary": scan.vocabulary,
        "estimate": not exact,
        "method": METHOD,
        "context": scan.model.context if scan.model else None,
        **scan.tokens.to_dict(),
    }
