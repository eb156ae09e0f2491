"""A limit on waiting that moves with each piece."""

import asyncio

import pytest

from shared.clients.idle_timer import IdleTimer


async def test_a_wait_ends_after_its_time() -> None:
    """A wait in which nothing happens raises TimeoutError, and the next one has its own time."""
    timer = IdleTimer(0.02)

    for _ in range(2):
        with pytest.raises(TimeoutError), timer:
            await asyncio.Event().wait()

    with timer:
        await asyncio.sleep(0)
    timer.stop()


async def test_pieces_that_come_in_time_move_the_limit() -> None:
    """Waits that together take longer than the limit go on as long as pieces come."""
    timer = IdleTimer(0.2)

    for _ in range(6):
        with timer:
            await asyncio.sleep(0.05)
        timer.restart()

    timer.stop()


async def test_time_between_waits_does_not_cancel() -> None:
    """What the task does between two waits is not cut off, however long it takes."""
    timer = IdleTimer(0.01)
    with timer:
        await asyncio.sleep(0)

    await asyncio.sleep(0.05)
    timer.restart()

    with timer:
        await asyncio.sleep(0)
    timer.stop()


async def test_a_cancellation_from_elsewhere_passes() -> None:
    """A task that is cancelled while it waits ends as cancelled, not as timed out."""
    timer = IdleTimer(60)

    async def wait() -> None:
        with timer:
            await asyncio.Event().wait()

    task = asyncio.ensure_future(wait())
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    timer.stop()


async def test_the_error_is_the_callers_choice() -> None:
    """A wait that ends raises what the owner of the timer asked for."""
    timer = IdleTimer(0.01, lambda: ValueError("silent"))

    with pytest.raises(ValueError, match="silent"), timer:
        await asyncio.Event().wait()
