"""One host for all tests of orchestrators: starting it costs more than each of them."""

from collections.abc import Iterator

import pytest

from tests.local.functions_host.running import host
from tests.orchestrators.host import APP, Stage


@pytest.fixture(scope="package")
def one_stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A host on which time jumps."""
    folder = tmp_path_factory.mktemp("orchestrators")
    scripts = folder / "scripts"
    scripts.mkdir()
    settings = {"SCRIPTS": str(scripts)}
    with host(APP, folder / "state", "--clock", "virtual", settings=settings) as running:
        stage = Stage(running, folder)
        yield stage
        stage.close()


@pytest.fixture
def stage(one_stage: Stage) -> Stage:
    """A host on which time jumps as soon as nothing is at work."""
    one_stage.clock(paused=False)
    return one_stage


@pytest.fixture
def paused_stage(one_stage: Stage) -> Iterator[Stage]:
    """A host on which time stands still but for real time."""
    one_stage.clock(paused=True)
    yield one_stage
    one_stage.clock(paused=False)
