"""kill -9 of the real engine, and of its worker alone, while activities are at work."""

import os
import signal
from pathlib import Path

import pytest

from tests.engine.conftest import worker_of
from tests.journeys.hold_steps import hold_step, kill_in_each_step
from tests.journeys.place import place
from tests.journeys.service import assert_serves_once
from tests.journeys.steps import eventually, wait_for_end
from tests.services import Emulator

pytestmark = pytest.mark.services


def test_kill_in_each_step(emulator: Emulator, storage: str, tmp_path: Path) -> None:
    """The engine runs a killed activity again when its message shows up after a minute."""
    with place("engine", emulator, storage, tmp_path) as here:
        kill_in_each_step(here, tmp_path)


def test_worker_dies_in_an_activity(emulator: Emulator, storage: str, tmp_path: Path) -> None:
    """The worker alone dies with an activity in it: another goes on, and still pays only once."""
    with place("engine", emulator, storage, tmp_path) as here:
        run = hold_step(here, tmp_path, "training")

        worker = worker_of(here)
        os.kill(worker, signal.SIGKILL)

        eventually(lambda: worker_of(here) not in (0, worker), "another worker")
        wait_for_end(here, run, "serving")
        assert_serves_once(here, run)
