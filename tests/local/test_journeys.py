"""The journeys on the local host."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.journeys import cancels, hold_steps, main_job, refusals, sleep, versions
from tests.journeys.place import Place, place
from tests.services import Emulator

pytestmark = pytest.mark.services

JOURNEYS = (
    *main_job.JOURNEYS,
    *refusals.JOURNEYS,
    *versions.JOURNEYS,
    *cancels.JOURNEYS,
    *sleep.JOURNEYS,
    hold_steps.kill_in_each_step,
)


@pytest.fixture
def here(emulator: Emulator, storage: str, tmp_path: Path) -> Iterator[Place]:
    """The app on the local host, with an empty storage account and an empty emulator."""
    with place("local", emulator, storage, tmp_path) as running:
        yield running


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.__name__)
def test_journey(journey: Callable[[Place, Path], None], here: Place, tmp_path: Path) -> None:
    """Every journey that the real engine makes ends the same on the local host."""
    journey(here, tmp_path)
