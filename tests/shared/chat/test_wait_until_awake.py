"""Callers that wait together for a model that wakes, read from a real table."""

import asyncio
from dataclasses import replace

import pytest

from shared.chat.targets import targets
from shared.chat.wait_until_awake import WakeWaiter
from shared.errors import AsleepError, NotReadyError
from shared.registry import Run
from shared.registry.state import Phase
from shared.registry.table import Registry
from tests.runs import at
from tests.shared.chat.conftest import RUN, Seed, eventually

WAKING = {
    "phase": Phase.DEPLOYING,
    "deployment_waking_since": "2026-11-25T00:00:00.000Z",
    "deployment_name": "",
}
PATIENCE = 60.0


@pytest.fixture
def waiter() -> WakeWaiter:
    """A waiter that checks often."""
    return WakeWaiter(every=0.01)


def serve(row: Run) -> Run:
    """The row once it is awake."""
    return replace(row, phase=Phase.SERVING).with_deployment(waking_since=None, name="d")


async def test_all_callers_wait_with_one_look(
    rows: Registry, seed: Seed, waiter: WakeWaiter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many wait, one looks; when the model answers, all go on."""
    seed(RUN, active=True, **WAKING)
    looks: list[str] = []
    get = targets().get

    async def count_calls(asked: str) -> object:
        looks.append(asked)
        return await get(asked)

    monkeypatch.setattr(targets(), "get", count_calls)
    callers = [asyncio.ensure_future(waiter.wait("brolly", PATIENCE)) for _ in range(20)]
    await eventually(lambda: len(looks) > 2)
    rows.change(RUN, serve)

    assert await asyncio.gather(*callers) == [True] * 20
    assert len(looks) < 1000


async def test_time_is_up(seed: Seed, waiter: WakeWaiter) -> None:
    """A model that does not answer in time is no error: the caller says what that means."""
    seed(RUN, active=True, **WAKING)

    assert await waiter.wait("brolly", 0.05) is False


async def test_a_waking_that_ends_otherwise(rows: Registry, seed: Seed, waiter: WakeWaiter) -> None:
    """If the waking failed, those who wait learn why."""
    seed(RUN, active=True, **WAKING)
    caller = asyncio.ensure_future(waiter.wait("brolly", PATIENCE))
    failed = (
        replace(rows.get(RUN), phase=Phase.ASLEEP)
        .with_deployment(waking_since=None, wake_failed=at("2999-01-01T00:00:00Z"))
        .with_error(message="No such SKU.")
    )
    rows.change(RUN, lambda row: replace(failed, row_etag=row.row_etag))

    with pytest.raises(AsleepError, match="No such SKU"):
        await caller


async def test_a_model_that_failed_for_good(rows: Registry, seed: Seed, waiter: WakeWaiter) -> None:
    """If nothing is left to deploy, the error comes at once."""
    seed(RUN, active=True, **WAKING)
    caller = asyncio.ensure_future(waiter.wait("brolly", PATIENCE))
    rows.change(
        RUN, lambda row: replace(row, phase=Phase.FAILED).with_deployment(waking_since=None)
    )

    with pytest.raises(NotReadyError, match="failed"):
        await caller


async def test_nobody_waits_any_more(
    seed: Seed, waiter: WakeWaiter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the last caller has left, nobody looks; the next one starts again."""
    seed(RUN, active=True, **WAKING)
    callers = [asyncio.ensure_future(waiter.wait("brolly", PATIENCE)) for _ in range(2)]
    await asyncio.sleep(0)
    (poll,) = waiter._polls.values()

    callers[0].cancel()
    await asyncio.wait(callers[:1])
    left = poll.task.cancelled() or poll.task.done()
    callers[1].cancel()
    await asyncio.wait((poll.task,))

    assert not left
    assert poll.task.cancelled()
    assert await waiter.wait("brolly", 0.01) is False
