"""What becomes of what comes in, on a real storage account."""

from shared.registry import Run, registry
from shared.registry.state import Phase
from shared.runs import intake
from tests.dataset import DATASET
from tests.runs import change_run

OTHER = DATASET.replace(b"storm", b"squall") + b"\n"


def begin() -> Run:
    """The row of the run that a dropped dataset has just become."""
    received = intake.receive("brolly.jsonl")
    assert received.ref is not None
    return registry().get(received.ref.run)


def move(run: Run, phase: Phase, **values: object) -> Run:
    """The row of a run, moved on as its activities would."""
    return registry().change(run.id, lambda row: change_run(row, phase=phase, **values))
