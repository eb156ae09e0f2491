"""This process with an empty storage account."""

from collections.abc import Iterator

import pytest

from shared.registry import registry
from shared.settings import settings
from tests.services import app_settings


@pytest.fixture(autouse=True)
def app_without_azure(storage: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This process with an empty storage account; validation needs nothing else."""
    for name, value in app_settings("http://127.0.0.1:9", storage).items():
        monkeypatch.setenv(name, value)
    registry.cache_clear()
    settings.cache_clear()
    yield
    registry.cache_clear()
    settings.cache_clear()
