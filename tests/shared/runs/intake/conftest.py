"""This process with an empty storage account."""

from collections.abc import Iterator

import pytest

from shared.registry import registry
from shared.registry.table import Registry


@pytest.fixture(autouse=True)
def rows(storage: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    """This process with an empty storage account, and its registry."""
    monkeypatch.setenv("AzureWebJobsStorage", storage)
    registry.cache_clear()
    yield registry()
    registry.cache_clear()
