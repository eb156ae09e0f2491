"""Tells before the upload what the service would refuse after hours, and where.

One pass over the bytes, in any chunks: every row is parsed, held against the rule table, counted in
the model's real tokens and forgotten. Bad data never raises; it is what the report is about.
"""

import time
from collections.abc import Iterable
from datetime import timedelta

from shared.billing.forecast import SERVICE_IDLE
from shared.models import Method, find_model
from shared.validation.report.findings import MAX_PLACES
from shared.validation.report.report import Report
from shared.validation.scan import Progress
from shared.validation.session import Session
from shared.validation.summary import add_faults, build_report
from shared.validation.turn import Json

__all__ = ["MAX_PLACES", "Report", "validate"]


def validate(
    chunks: Iterable[bytes],
    *,
    model: str,
    method: str = "auto",
    validation: Iterable[bytes] | None = None,
    sizes: tuple[int | None, int | None] = (None, None),
    grader: Json = None,
    epochs: int | None = None,
    training_type: str = "GlobalStandard",
    sku: str = "Standard",
    idle_after: timedelta = SERVICE_IDLE,
    max_places: int = MAX_PLACES,
    strict: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Validate a dataset for training a model.

    Args:
        chunks: the file's bytes in order, in pieces of any size; read once, never held.
        model: the base model's id. About an unknown one only those rules are asked that need no
            facts about the model.
        method: sft, dpo, rft, or auto to go by the first rows.
        validation: the validation file's bytes, read before the training file.
        sizes: bytes of the training and of the validation file, where known beforehand; one that is
            too large for the service is then refused without being read.
        grader: the grader of an RFT job, as the parsed JSON of the job's request.
        epochs: as they will be asked for; None for the service's default.
        training_type: as it will be asked for; it decides the price.
        sku: of the deployment to come; it decides the price of its hours.
        idle_after: after how long without use that deployment will be deleted.
        max_places: places kept for each rule; counts are exact all the same.
        strict: warnings count as errors.
        progress: told the bytes read so far of both files, about once per megabyte.

    Returns:
        The report; `ok` says whether the service would take the file.

    Raises:
        ValueError: `method` is none of the four.
        OSError: what reading the chunks raises.
    """
    started = time.perf_counter()
    facts = find_model(model)
    session = Session(
        model, facts, max_places, epochs, grader, progress, training_type, sku, idle_after
    )
    session.run(chunks, None if method == "auto" else Method(method), validation, sizes)
    add_faults(session)
    return build_report(session, time.perf_counter() - started, strict=strict)
