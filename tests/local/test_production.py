"""The journeys of a place that is set up as in Azure, on the local host."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.journeys.place import Place
from tests.journeys.production import JOURNEYS, production
from tests.services import Storage

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def here(azurite_server: Storage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """One host for all."""
    with production("local", azurite_server.fresh(), tmp_path_factory.mktemp("app")) as running:
        yield running


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.__name__)
def test_journey(journey: Callable[[Place, Path], None], here: Place, tmp_path: Path) -> None:
    """Every journey that the real engine makes ends the same on the local host."""
    journey(here, tmp_path)
