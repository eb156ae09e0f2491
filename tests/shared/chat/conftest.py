"""A registry on Azurite that a test may fill."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from shared.billing.usage import counter, usage_table
from shared.chat.targets import targets
from shared.chat.wait_until_awake import wake_waiter
from shared.deployments.last_used import last_used_recorder
from shared.registry import Model, Run, registry
from shared.registry.state import Phase
from shared.registry.table import Registry
from tests.runs import make_run
from tests.shared.clients.conftest import scripted_server as scripted_server

Seed = Callable[..., Run]
CACHES = (registry, targets, last_used_recorder, wake_waiter, counter, usage_table)
CREATED = "2026-11-01T00:00:00.000Z"
RUN = "brolly-0123456789"
OTHER = "brolly-abcdefabcd"
SYSTEM = "You are a brolly guide."


async def eventually(look: Callable[[], object]) -> None:
    """Wait until `look` finds something; a time-out otherwise."""
    async with asyncio.timeout(5):
        while not look():  # noqa: ASYNC110  what is waited for knows no events
            await asyncio.sleep(0.005)


@pytest.fixture
def rows(app: dict[str, str]) -> Iterator[Registry]:
    """The registry of this process, empty, with every cache of chat empty too."""
    for cache in CACHES:
        cache.cache_clear()
    yield registry()
    for cache in CACHES:
        cache.cache_clear()


@pytest.fixture
def seed(rows: Registry) -> Seed:
    """Adds a version; `active=True` makes it the one that its model points to."""

    def add(run: str = RUN, *, active: bool = False, **values: Any) -> Run:
        model = run.rpartition("-")[0]
        known = {
            "phase": Phase.SERVING,
            "deployment_name": "gpt-4.1-mini",
            "created": CREATED,
            "chat_system_message": SYSTEM,
        }
        rows.insert(make_run(model=model, id=run, **{**known, **values}))
        if active:
            rows.put_model(rows.model(model), Model(model=model, active=run))
        return rows.get(run)

    return add
