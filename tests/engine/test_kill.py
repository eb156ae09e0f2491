"""kill -9 of the real engine while an activity is at work at the service."""

from pathlib import Path

import pytest

from tests.journeys.crashes import served_once
from tests.journeys.place import ENGINE, place
from tests.journeys.steps import drop, eventually, rested, rows, run_of
from tests.services import Emulator

pytestmark = pytest.mark.skipif(
    not ENGINE.exists(), reason=f"not run: the real engine is not at {ENGINE}"
)
JOBS = "/openai/v1/fine_tuning/jobs"


def test_kill_while_the_job_is_created(emulator: Emulator, storage: str, tmp_path: Path) -> None:
    """A job whose creation was under way when everything died is found again, not paid twice."""
    with place("engine", emulator, storage, tmp_path) as here:
        emulator.control("faults", {"method": "POST", "path": JOBS, "delay": 30, "when": "after"})
        run = run_of(here, drop(here, rows(), tmp_path))
        eventually(lambda: list(here.service.fine_tuning.jobs.list()), "the job's creation")

        here.kill()
        here.start()

        # The engine runs the activity again when its message shows up after a minute.
        rested(here, run, "serving")
        served_once(here, run)
