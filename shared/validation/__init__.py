"""Tells before the upload what the service would refuse after hours, and where.

One pass over the bytes, in any chunks: every row is parsed, held against the rule table, counted in
the model's real tokens and forgotten. Bad data never raises; it is what the report is about.
"""

import time
from collections.abc import Iterable

from shared.models import find_model
from shared.validation.example import Method
from shared.validation.findings import MAX_PLACES, Findings
from shared.validation.report import Report
from shared.validation.scan import Progress, Scan
from shared.validation.summary import add_file_faults, report_of

__all__ = ["MAX_PLACES", "Method", "Report", "validate"]


def validate(
    chunks: Iterable[bytes],
    *,
    model: str,
    method: str = "auto",
    max_places: int = MAX_PLACES,
    progress: Progress | None = None,
) -> Report:
    """Validate a dataset for training a model.

    Args:
        chunks: the file's bytes in order, in pieces of any size; read once, never held.
        model: the base model's id. About an unknown one only those rules are asked that need no
            facts about the model.
        method: sft, dpo, rft, or auto to go by the first rows.
        max_places: places kept for each rule; counts are exact all the same.
        progress: told the bytes read so far, about once per megabyte.

    Returns:
        The report; `ok` says whether the service would take the file.

    Raises:
        ValueError: `method` is none of the four.
    """
    started = time.perf_counter()
    findings = Findings(max_places)
    scan = Scan(
        findings,
        find_model(model),
        method=None if method == "auto" else Method(method),
        progress=progress,
    )
    scan.run(chunks)
    add_file_faults(scan)
    return report_of(scan, model, time.perf_counter() - started)
