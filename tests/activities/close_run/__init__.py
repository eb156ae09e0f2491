"""Closing: nothing goes on costing money, and the row says why the run ended."""

from shared.runs.orchestration import CloseReason, RunRef
from tests.services import Emulator


def closing(ref: RunRef, code: str = "cancelled") -> CloseReason:
    """Why the run is closed."""
    return CloseReason(ref, code, f"It was {code}.", "Do something.")


def left(emulator: Emulator) -> tuple[list[str], list[str]]:
    """The states of all jobs, and the deployments but the base."""
    state = emulator.look("state")
    names = [one["name"] for one in state["deployments"] if one["name"] != "gpt-4.1-mini"]
    return [job["status"] for job in state["jobs"]], names
