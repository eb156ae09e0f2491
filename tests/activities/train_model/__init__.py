"""Training: one paid job per run, whatever is delivered twice or lost on the way."""

import json

from activities.upload_files import upload_files
from shared.runs.orchestration import RunRef
from tests.activities.calls import settle
from tests.activities.conftest import change, drop_dataset
from tests.container import Container
from tests.dataset import DATASET
from tests.services import Emulator
from tests.shared.validation.rows import GRADER, graded_row, lines

CREATE = {"method": "POST", "path": "*/fine_tuning/jobs"}


def states(emulator: Emulator) -> list[str]:
    """The states of all jobs at the service, oldest first."""
    return [job["status"] for job in reversed(emulator.look("state")["jobs"])]


def mark_job(container: Container, mark: str) -> RunRef:
    """A run whose dataset has a mark that the emulator knows, uploaded."""
    data = DATASET.replace(b"umbrella", mark.encode(), 1)
    ref = drop_dataset(container, data)
    settle(upload_files, ref)
    return ref


def reasoning(container: Container, grader: dict[str, str] = GRADER) -> RunRef:
    """A run whose file is ready to be trained on by RFT."""
    container.put("brolly.tune.json", json.dumps({"grader": grader}).encode())
    container.put("brolly.validation.jsonl", lines(*map(graded_row, range(20, 40))))
    ref = drop_dataset(container, lines(*map(graded_row, range(12))))
    change(
        ref,
        training_method="rft",
        training_base_model="o4-mini-2025-04-16",
        training_type="GlobalStandard",
    )
    settle(upload_files, ref)
    return ref
