"""What becomes of what comes in, on a real storage account."""

from shared.registry import Run, registry
from shared.registry.state import Phase
from shared.runs import intake
from tests.container import TRAVEL
from tests.runs import change_run

OTHER = TRAVEL.replace(b"Rome", b"Oslo") + b"\n"


def begin() -> Run:
    """The row of the run that a dropped dataset has just become."""
    received = intake.receive("travel.jsonl")
    assert received.ref is not None
    return registry().get(received.ref.run)


def move(run: Run, phase: Phase, **values: object) -> Run:
    """The row of a run, moved on as its activities would."""
    return registry().change(run.id, lambda row: change_run(row, phase=phase, **values))
