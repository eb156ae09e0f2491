"""What the tests of directed stories share."""

from collections.abc import Iterator

import pytest

from tests.simulation.services import Services, services


@pytest.fixture(scope="package")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Storage, emulator and a source of hosts, for one run after the other."""
    with services(tmp_path_factory.mktemp("simulation")) as running:
        yield running
