"""Find the deployments that the registry created and that its daily round must look at."""

from datetime import datetime
from typing import Any

from shared.deployments.idleness import last_use
from shared.registry import Run, registry
from shared.registry.state import TRAINED

LIMIT = 10  # deployments of tuned models that one resource can have


def find_retirable(payload: object) -> list[dict[str, Any]]:
    """References to at most ten resting versions with a deployment, longest idle first."""
    del payload  # a round has no input; Durable Functions hands one to every activity
    rows = [row for row in registry().runs() if row.deployment.name and row.phase in TRAINED]
    return [row.ref.to_dict() for row in sorted(rows, key=_idle)[:LIMIT]]


def _idle(row: Run) -> datetime:
    return last_use(row, None) or row.created
