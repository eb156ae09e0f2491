"""Training: one paid job per run, whatever is delivered twice or lost on the way."""

import json

from activities.upload_files import upload_files
from shared.runs.orchestration import RunRef
from tests.activities.calls import settled
from tests.activities.conftest import change, dropped
from tests.container import TRAVEL, Container
from tests.services import Emulator
from tests.shared.validation.rows import GRADER, graded, lines

CREATE = {"method": "POST", "path": "*/fine_tuning/jobs"}


def states(emulator: Emulator) -> list[str]:
    """The states of all jobs at the service, oldest first."""
    return [job["status"] for job in reversed(emulator.look("state")["jobs"])]


def marked(container: Container, mark: str) -> RunRef:
    """A run whose dataset has a mark that the emulator knows, uploaded."""
    data = TRAVEL.replace(b"travel", mark.encode(), 1)
    ref = dropped(container, data)
    settled(upload_files, ref)
    return ref


def reasoning(container: Container, grader: dict[str, str] = GRADER) -> RunRef:
    """A run whose file is ready to be trained on by RFT."""
    container.put("travel.tune.json", json.dumps({"grader": grader}).encode())
    container.put("travel.validation.jsonl", lines(*map(graded, range(20, 40))))
    ref = dropped(container, lines(*map(graded, range(12))))
    change(
        ref,
        training_method="rft",
        training_base_model="o4-mini-2025-04-16",
        training_type="GlobalStandard",
    )
    settled(upload_files, ref)
    return ref
