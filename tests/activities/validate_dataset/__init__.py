"""Validation as a step of a run: reports, statistics, and the refusal of what has faults."""

from typing import Any

from shared.runs import intake
from shared.runs.orchestration import RunRef
from tests.activities.conftest import report_of
from tests.container import Container
from tests.dataset import DATASET


def received_run(container: Container, data: bytes = DATASET, blob: str = "brolly.jsonl") -> RunRef:
    """Drop a dataset."""
    container.put(blob, data)
    ref = intake.receive(blob).ref
    assert ref is not None
    return ref


def report(ref: RunRef) -> dict[str, Any]:
    """The report of a run's validation."""
    return report_of(ref, "validation")
