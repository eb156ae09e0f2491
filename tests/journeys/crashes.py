"""Journeys that are broken off by kill -9, at every boundary where that could cost something."""

import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx

from local.app import RESTING, AppError
from local.processes import StartFailed
from tests.journeys.place import UNMEASURED, Place
from tests.journeys.service import holds_once
from tests.journeys.steps import PATIENCE, drop, rows, run_of

ACTIVITIES = (
    "validate_dataset",
    "admit_run",
    "upload_files",
    "train_model",
    "create_deployment",
    "check_ready",
    "evaluate_models",
    "promote_version",
)
ORCHESTRATORS = ("fine_tune", "deploy")


def crash_points() -> Iterator[str]:
    """Every boundary of every activity and episode of a run that serves."""
    for name in ACTIVITIES:
        yield from (f"activity:{name}:{at}" for at in ("before", "after", "recorded"))
    for name in ORCHESTRATORS:
        yield from (f"episode:{name}:{at}" for at in ("before", "after", "recorded"))


def killed_at(place: Place, points: Sequence[str], folder: Path) -> int:
    """Drop a dataset while the host dies once at each point, and bring it to its end.

    Returns:
        How often the host had to be started again.
    """
    faults = folder / "faults.json"
    faults.write_text(json.dumps({"crash": [{"at": point} for point in points]}))
    place.stop()
    restarts = _restarted(place, faults)
    run = ""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            run = run or run_of(place, drop(place, rows(), folder))
            if place.app.run(run)["phase"] in RESTING and place.alive():
                served_once(place, run)
                return restarts
        except (httpx.HTTPError, AppError, TimeoutError):
            pass  # the host is down, or went down in the middle of an answer
        if not place.alive():
            restarts += _restarted(place, faults)
        time.sleep(0.05)
    raise AssertionError(f"the run never rested after {restarts} restarts:\n{place.log()[-3000:]}")


def _restarted(place: Place, faults: Path) -> int:
    """Start the host again until it serves; it may die of its next fault before it is ready."""
    for tries in range(1, 20):
        try:
            place.start(LOCAL_HOST_FAULTS=str(faults), **UNMEASURED)
        except StartFailed:
            continue
        return tries
    raise AssertionError(f"the host did not come up again:\n{place.log()[-3000:]}")


def served_once(place: Place, *runs: str) -> None:
    """Each run serves and answers, and the service holds exactly what they need."""
    holds_once(place, *runs)
    for run in runs:
        found = place.app.run(run)
        assert found["phase"] == "serving", json.dumps(found, indent=1)
        messages = [{"role": "user", "content": "What's a must-see in Paris?"}]
        assert "Eiffel" in place.app.chat(found["model"], messages)
