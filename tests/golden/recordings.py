"""The recordings of the real Durable extension, and the program that makes their like.

They lie in `shared/golden/durable-core-3.11` beside the checkout, one JSON file for each scenario;
the function app and the driver that were recorded lie in `shared/golden/durable/app`. Where they
are absent these tests say so and are skipped.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).resolve().parents[3] / "shared" / "golden"
FOLDER = GOLDEN / "durable-core-3.11"
APP = GOLDEN / "durable" / "app"
ABSENT = f"the recordings are not there: {FOLDER} does not exist"

Steps = list[dict[str, Any]]


def names() -> list[str]:
    """The recorded scenarios."""
    return sorted(path.stem for path in FOLDER.glob("[a-z]*.json"))


def read(path: Path) -> Steps:
    """The steps of a scenario's file."""
    steps: Steps = json.loads(path.read_text())["steps"]
    return steps


def seconds(name: str) -> float:
    """How long a scenario took when it was recorded; the sum decides how runs are grouped."""
    steps = read(FOLDER / f"{name}.json")
    times = [datetime.fromisoformat(step["t"]) for step in steps]
    return (max(times) - min(times)).total_seconds()
