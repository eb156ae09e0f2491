"""What becomes of what comes in, on a real storage account."""

from dataclasses import replace

from shared.registry import Version, registry
from shared.registry.state import Phase
from shared.runs import intake
from tests.container import TRAVEL

OTHER = TRAVEL.replace(b"Rome", b"Oslo") + b"\n"


def begun() -> Version:
    """The row of the run that a dropped dataset has just become."""
    received = intake.receive("travel.jsonl")
    assert received.ref is not None
    return registry().get(received.ref.run)


def moved(version: Version, phase: Phase, **values: object) -> Version:
    """The row of a run, moved on as its activities would."""
    return registry().change(version.run, lambda row: replace(row, phase=phase, **values))  # type: ignore[arg-type]
