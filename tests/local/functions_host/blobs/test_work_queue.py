"""The host's own queue of blobs to work on."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from local.functions_host.blobs.source import BlobMessage
from local.functions_host.blobs.work_queue import WorkQueue
from local.functions_host.clock import VirtualClock
from local.functions_host.storage import Account

MESSAGE = BlobMessage("Host.Functions.f", "BlockBlob", "inbox", "a.txt", '"0x1"')


@pytest.fixture
async def account(storage: str) -> AsyncIterator[Account]:
    """The host's storage account, empty."""
    made = Account(storage)
    yield made
    await made.close()


async def test_time_waits_for_what_an_earlier_host_left(account: Account, tmp_path: Path) -> None:
    """Virtual time does not jump before a new host has taken what the last one left queued."""
    earlier = WorkQueue(account, "host", tmp_path, VirtualClock(tmp_path / "other"))
    await earlier.open()
    await earlier.put(MESSAGE)
    clock = VirtualClock(tmp_path / "clock", grace=0.0)
    due = clock.now() + timedelta(days=1)
    clock.add_next_due(lambda: due)
    queue = WorkQueue(account, "host", tmp_path, clock)

    await queue.open()
    running = asyncio.create_task(clock.run())
    taken = await queue.take(1)
    for _ in range(100):
        await asyncio.sleep(0)
    before = clock.now()
    async with queue.hide(taken[0]):
        empty = await queue.take(1)
        await queue.delete(taken[0])
    await asyncio.wait_for(clock.sleep_until(due), 60)
    running.cancel()

    assert ([BlobMessage.from_json(str(one.content)).blob for one in taken], empty) == (
        ["a.txt"],
        [],
    )
    assert before < due <= clock.now()
