"""The journeys on the real engine: Microsoft's own Durable extension and Python worker.

Where that engine cannot run, `conftest.py` skips them with the reason.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.journeys import cancels, main_job, refusals, sleep, versions
from tests.journeys.place import Place, place
from tests.services import Emulator

pytestmark = pytest.mark.services

JOURNEYS = (
    *main_job.JOURNEYS,
    *refusals.JOURNEYS,
    *versions.JOURNEYS,
    *cancels.JOURNEYS,
    *sleep.JOURNEYS,
)


@pytest.fixture
def here(emulator: Emulator, storage: str, tmp_path: Path) -> Iterator[Place]:
    """The app on the real engine, with an empty storage account and an empty emulator."""
    with place("engine", emulator, storage, tmp_path) as running:
        yield running


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.__name__)
def test_journey(journey: Callable[[Place, Path], None], here: Place, tmp_path: Path) -> None:
    """Every journey ends on the real engine as it does on the local host."""
    journey(here, tmp_path)
