"""Fine-tuning jobs at the emulated service, through the real SDK."""

import io

from shared.clients.files import files
from shared.clients.jobs import JobFacts, JobRequest, jobs
from tests.dataset import DATASET

MODEL = "gpt-4.1-mini-2025-04-14"
BARE = {
    "id": "ftjob-1",
    "object": "fine_tuning.job",
    "created_at": 1700000000,
    "model": MODEL,
    "status": "pending",
    "training_file": "file-1",
}


def upload_file() -> str:
    """The id of a training file that the service has."""
    return files().upload("run-1.jsonl", io.BytesIO(DATASET)).id


def request(training_file: str, **changed: object) -> JobRequest:
    """A request for a job on that file, with some fields changed."""
    fields: dict[str, object] = {
        "model": MODEL,
        "training_file": training_file,
        "validation_file": None,
        "suffix": "brolly",
        "training_type": "GlobalStandard",
    }
    return JobRequest(**(fields | changed))  # type: ignore[arg-type]  # a test may change any


def latest(job: JobFacts) -> JobFacts:
    """The job as the service tells of it now."""
    found = jobs().get(job.id)
    assert found is not None
    return found
