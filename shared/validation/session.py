"""One validation: the training file, its validation file and its grader, checked together."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from shared.billing.forecast import SERVICE_IDLE
from shared.models import Method, Model
from shared.validation.duplicates.findings import Duplicates
from shared.validation.duplicates.near_copies import NearCopies
from shared.validation.reading.method import detect_method, peek
from shared.validation.report.findings import Findings, Place
from shared.validation.rules.grader import item_fields
from shared.validation.rules.reinforcement import check_grader
from shared.validation.scan import Progress, Scan
from shared.validation.turn import Json

Chunks = Iterable[bytes]


@dataclass
class Session:
    """What is known from the start, and what the passes over the files add to it."""

    model_name: str
    model: Model | None
    max_places: int
    epochs: int | None
    grader: Json
    progress: Progress | None
    training_type: str = "GlobalStandard"
    sku: str = "Standard"
    idle_after: timedelta = SERVICE_IDLE
    findings: Findings = field(init=False)
    duplicates: Duplicates = field(init=False)
    training: Scan = field(init=False)
    validation: Scan | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Prepare what depends on the number of places."""
        self.findings = Findings(self.max_places)
        self.duplicates = Duplicates.empty(self.max_places)
        self._near = NearCopies()

    def run(
        self,
        chunks: Chunks,
        method: Method | None,
        validation: Chunks | None,
        sizes: tuple[int | None, int | None] = (None, None),
    ) -> None:
        """Read both files; the validation file first, since it is the smaller one to remember."""
        lines, chunks = peek(chunks)
        method = method or detect_method(lines, self.model, graded=self.grader is not None)
        if validation is not None:
            self.validation = self._scan(method, "validation")
            self.validation.row_text = self._near.add
            self.validation.run(validation, sizes[1])
        self.training = self._scan(method, "training")
        if self.validation:
            self.training.row_text = self._compare
        self.training.run(chunks, sizes[0])
        self._conclude()

    def _scan(self, method: Method, file: str) -> Scan:
        return Scan(
            findings=self.findings,
            model=self.model,
            method=method,
            graded_fields=tuple(sorted(item_fields(self.grader))),
            file=file,
            progress=self._report_progress,
        )

    def _report_progress(self, size: int) -> None:
        if self.progress:
            before = self.validation.reader.size if self.validation else 0
            is_validation = self.validation is not None and not hasattr(self, "training")
            self.progress(size if is_validation else before + size)

    def _compare(self, text: str, line: int) -> None:
        other = self._near.find(text)
        if other is not None:
            self.duplicates.near_overlap.add(line, other)

    def _conclude(self) -> None:
        others = self.validation.fingerprints if self.validation else None
        self.duplicates.find(self.training.fingerprints, others)
        self.duplicates.report(self.findings, self.training.example_at)
        for fault in check_grader(self.grader) if self.grader is not None else ():
            self.findings.add(fault, Place("grader", row=self.grader))
