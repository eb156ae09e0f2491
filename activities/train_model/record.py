"""What a training leaves behind for people: events, checkpoints, the loss curve, results.csv."""

import csv
import io
import json
import math

from shared.clients import storage
from shared.clients.jobs import ENDED, JobFacts, jobs
from shared.registry import Run

COLUMNS = ("step", "train_loss", "train_mean_token_accuracy", "valid_loss", "full_valid_loss")


def save_record(run: Run, job: JobFacts) -> None:
    """Write `training.json` of this run, and `results.csv` once there is one.

    Rewriting is the rule: the newest record holds everything that older ones held.
    """
    results = jobs().results(job) if job.result_files else None
    record = {
        "job": job.id,
        "status": job.status,
        "events": jobs().events(job.id),
        "checkpoints": jobs().checkpoints(job.id) if job.status in ENDED else [],
        "curve": curve(results) if results else [],
    }
    reports = storage.reports()
    text = json.dumps(record, ensure_ascii=False).encode()
    reports.write(f"{run.id}/training.json", text, "application/json")
    if results:
        reports.write(f"{run.id}/results.csv", results, "text/csv")


def curve(results: bytes) -> list[dict[str, float]]:
    """The rows of a results file as numbers; cells without one are left out."""
    rows = csv.DictReader(io.StringIO(results.decode("utf-8-sig", "replace")))
    return [_numbers(row) for row in rows]


def _numbers(row: dict[str, str]) -> dict[str, float]:
    numbers = {name: _number(row.get(name)) for name in COLUMNS}
    return {name: value for name, value in numbers.items() if value is not None}


def _number(cell: str | None) -> float | None:
    """A cell as a number; None for blanks, words, and what JSON has no number for."""
    try:
        value = float(cell or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None
