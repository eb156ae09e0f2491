"""Finds before the upload what the service would refuse hours later, and where.

One pass over the bytes, in chunks of any size: every row is parsed, checked against the rules, its
tokens are counted with the model's vocabulary, and it is dropped. Invalid data never raises: the
report lists it.
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
        chunks: The training file's bytes in order, in chunks of any size; read once.
        model: The base model's id. For an unknown one, rules that need facts about the model are
            skipped.
        method: sft, dpo, rft, or auto to detect it from the first rows.
        validation: The validation file's bytes; read before the training file.
        sizes: Bytes of the training and of the validation file, where known beforehand. A file
            that is too large for the service is then refused without being read.
        grader: The grader of an RFT job, as the parsed JSON of the job's request.
        epochs: The number of epochs of the job; None for the service's default.
        training_type: The training type of the job; it decides the price.
        sku: The SKU of the later deployment; it decides the price of hosting.
        idle_after: The idle time after which that deployment will be deleted.
        max_places: How many places are kept for each rule; counts are exact all the same.
        strict: Whether warnings count as errors.
        progress: Called with the bytes read so far of both files, about once per megabyte.

    Returns:
        The report; `ok` says whether the service would accept the file.

    Raises:
        ValueError: `method` is none of the four.
        OSError: The chunks cannot be read.
    """
    started = time.perf_counter()
    facts = find_model(model)
    session = Session(
        model, facts, max_places, epochs, grader, progress, training_type, sku, idle_after
    )
    session.run(chunks, None if method == "auto" else Method(method), validation, sizes)
    add_faults(session)
    return build_report(session, time.perf_counter() - started, strict=strict)
