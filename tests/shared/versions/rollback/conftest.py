"""An empty registry, and a name with two versions."""

from collections.abc import Iterator

import pytest

from shared.registry import Run, registry
from shared.registry.state import Phase
from tests.shared.versions.rollback import add_run, name_row


@pytest.fixture(autouse=True)
def table(storage: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This process with an empty registry."""
    monkeypatch.setenv("AzureWebJobsStorage", storage)
    registry.cache_clear()
    yield
    registry.cache_clear()


@pytest.fixture
def two() -> tuple[Run, Run]:
    """Two versions, of which the newer serves."""
    first, second = add_run(1), add_run(2, Phase.SERVING)
    name_row(second, first)
    return first, second
