"""What validation found, for machines and for people."""

import math
from dataclasses import dataclass, field
from typing import Any

from shared.models import Method
from shared.validation.report.display import format_value
from shared.validation.report.findings import Finding
from shared.validation.rules.rule import Level
from shared.validation.turn import Json

_SHORT_TEXT = 300


@dataclass(frozen=True, slots=True)
class FileFacts:
    """The dataset as a file; `sha256` is empty for one that was too large to be read."""

    bytes: int
    sha256: str
    examples: int
    lines: int

    def to_dict(self) -> dict[str, Any]:
        """The facts as one JSON object."""
        return {
            "bytes": self.bytes,
            "sha256": self.sha256,
            "examples": self.examples,
            "lines": self.lines,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The result of one validation. Values from the dataset are shortened and masked.

    `counts` are exact; `findings` hold the first places of each rule. `system_message` is the one
    that all rows share, or None. `first_record` is the first row with its long texts shortened.
    """

    file: FileFacts
    method: Method
    model: str
    counts: dict[str, int]
    rules: dict[str, dict[str, int]]
    findings: list[Finding]
    tokens: dict[str, Any]
    duplicates: dict[str, Any] = field(default_factory=dict)
    cost: dict[str, Any] = field(default_factory=dict)
    first_record: Json = None
    system_message: str | None = None
    validation: FileFacts | None = None
    strict: bool = False
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether the service would accept the file; with `strict`, without a warning."""
        return not self.counts[Level.ERROR] and not (self.strict and self.counts[Level.WARNING])

    @property
    def sha256(self) -> str:
        """Of the training file, in hexadecimal."""
        return self.file.sha256

    @property
    def examples(self) -> int:
        """Lines of the training file that are not blank."""
        return self.file.examples

    def to_dict(self) -> dict[str, Any]:
        """The report as one JSON object: what `--json` prints and `validation.json` holds."""
        return {
            "schema_version": 1,
            "ok": self.ok,
            "file": self.file.to_dict(),
            "validation_file": self.validation.to_dict() if self.validation else None,
            "method": self.method.value,
            "model": self.model,
            "counts": self.counts,
            "rules": self.rules,
            "findings": [finding.to_dict() for finding in self.findings],
            "tokens": self.tokens,
            "cost": self.cost,
            "duplicates": self.duplicates,
            "first_record": self.first_record,
            "system_message": self.system_message,
            "seconds": round(self.seconds, 3),
        }


def format_record(value: Json) -> Json:
    """A row with its long texts shortened and everything sensitive masked."""
    if isinstance(value, dict):
        return {format_value(key): format_record(item) for key, item in list(value.items())[:50]}
    if isinstance(value, list):
        return [format_record(item) for item in value[:50]]
    # NaN and Infinity would make the report itself invalid JSON.
    if isinstance(value, str) or (isinstance(value, float) and not math.isfinite(value)):
        return format_value(value, _SHORT_TEXT)
    return value
