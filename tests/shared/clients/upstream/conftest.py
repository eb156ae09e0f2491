"""No test leaves connections behind."""

from collections.abc import AsyncIterator

import pytest

from tests.shared.clients.upstream import close_connections


@pytest.fixture(autouse=True)
async def close_upstream() -> AsyncIterator[None]:
    """No test leaves connections behind."""
    yield
    await close_connections()
