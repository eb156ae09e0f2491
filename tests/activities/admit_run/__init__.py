"""Admission: a full service is waited out, with what it is full of in the row."""

from collections.abc import Callable
from datetime import datetime, timedelta

from shared import clock
from shared.models import model_facts
from shared.registry import Run
from tests.services import Emulator

LIMITS = model_facts().limits
MOST_FILES, MOST_BYTES = LIMITS.files or 0, LIMITS.file_bytes or 0
Others = Callable[..., Run]

FILES = {"method": "GET", "path": "*/files", "times": 0}
JOBS = {"method": "GET", "path": "*/fine_tuning/jobs", "times": 0}
DEPLOYMENTS = {"method": "GET", "path": "*/deployments", "times": 0}


def file_of(number: int, size: int) -> dict[str, object]:
    """A file as the service lists it."""
    about = {"id": f"file-{number}", "object": "file", "filename": f"{number}.jsonl"}
    return {**about, "bytes": size, "created_at": 1, "purpose": "fine-tune", "status": "processed"}


def job_of(number: int, status: str) -> dict[str, object]:
    """A job as the service lists it."""
    about = {"id": f"ftjob-{number}", "object": "fine_tuning.job", "model": "m", "created_at": 1}
    return {**about, "status": status, "training_file": "file-1", "result_files": []}


def deployment_of(name: str, model: str) -> dict[str, object]:
    """A deployment as Resource Manager lists it."""
    return {"name": name, "properties": {"model": {"name": model, "format": "OpenAI"}}}


def listing(emulator: Emulator, fault: dict[str, object], rows: list[dict[str, object]]) -> None:
    """Let the service list `rows`."""
    body = {"object": "list", "data": rows, "value": rows, "has_more": False}
    emulator.control("faults", {**fault, "status": 200, "body": body})


def ago(hours: float) -> datetime:
    """An ISO time that many hours before now."""
    return clock.now() - timedelta(hours=hours)
