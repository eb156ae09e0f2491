"""The host's clocks."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from local.functions_host.clock import RealClock, VirtualClock

DAY = timedelta(days=1)


@pytest.fixture
def clock(tmp_path: Path) -> VirtualClock:
    """A virtual clock with a short grace."""
    return VirtualClock(tmp_path / "clock", grace=0.005)


async def _sleep(clock: VirtualClock, due: datetime) -> datetime:
    pending = [due]
    clock.add_next_due(lambda: pending[0] if pending else None)
    await clock.sleep_until(due)
    pending.clear()
    return clock.now()


async def _while_it_runs(clock: VirtualClock, *sleeps: datetime) -> list[datetime]:
    passing = asyncio.create_task(clock.run())
    try:
        return await asyncio.wait_for(asyncio.gather(*(_sleep(clock, s) for s in sleeps)), 10)
    finally:
        passing.cancel()


async def test_jumps_to_each_due_time_in_turn(clock: VirtualClock) -> None:
    """Sleepers of days wake within seconds, the earlier one first, none before its time."""
    begin = clock.now()

    woke = await _while_it_runs(clock, begin + 3 * DAY, begin + DAY)

    assert timedelta(0) <= woke[1] - (begin + DAY) < DAY
    assert timedelta(0) <= woke[0] - (begin + 3 * DAY) < DAY


async def test_does_not_jump_while_something_is_at_work(clock: VirtualClock) -> None:
    """A block under `busy` keeps time where it is, however long it takes."""
    begin = clock.now()
    passing = asyncio.create_task(clock.run())

    with clock.busy():
        sleeping = asyncio.create_task(_sleep(clock, begin + DAY))
        await asyncio.sleep(0.1)
        during = clock.now()
    woke = await asyncio.wait_for(sleeping, 10)
    passing.cancel()

    assert during - begin < timedelta(minutes=1)
    assert woke >= begin + DAY


async def test_short_work_within_the_grace_puts_the_jump_off(tmp_path: Path) -> None:
    """Work that begins and ends within one grace counts: the grace starts again."""
    patient = VirtualClock(tmp_path / "clock", grace=0.2)
    passing = asyncio.create_task(patient.run())
    sleeping = asyncio.create_task(_sleep(patient, patient.now() + DAY))
    begin = patient.now()

    for _ in range(4):
        await asyncio.sleep(0.1)
        with patient.busy():
            pass
    during = patient.now()
    await asyncio.wait_for(sleeping, 10)
    passing.cancel()

    assert during - begin < timedelta(minutes=1)


def test_other_processes_see_a_jump(clock: VirtualClock, tmp_path: Path) -> None:
    """The file holds the seconds to add to real time, and a new clock on it goes on from there."""
    clock.jump(clock.now() + DAY)

    offset = float((tmp_path / "clock").read_text())
    again = VirtualClock(tmp_path / "clock")

    assert offset == pytest.approx(DAY.total_seconds(), abs=1)
    assert again.now() - datetime.now(UTC) > DAY - timedelta(seconds=1)


def test_never_goes_back(clock: VirtualClock, tmp_path: Path) -> None:
    """A jump to a time in the past changes nothing and writes nothing."""
    clock.jump(clock.now() - DAY)

    assert not (tmp_path / "clock").exists()


async def test_wakes_a_sleeper_early_on_request() -> None:
    """Setting `wake` ends a sleep, under the real clock as well."""
    wake = asyncio.Event()
    clock = RealClock()
    sleeping = asyncio.create_task(clock.sleep_until(clock.now() + DAY, wake))
    await asyncio.sleep(0)

    wake.set()
    await asyncio.wait_for(sleeping, 5)

    assert sleeping.done()


async def test_work_that_is_about_to_begin_holds_the_clock(tmp_path: Path) -> None:
    """A task that ended work has woken comes before a jump, even if the grace is over by then."""
    clock = VirtualClock(tmp_path / "clock", grace=0.05)
    loop, begin, seen = asyncio.get_running_loop(), clock.now(), list[datetime]()
    clock.add_next_due(lambda: begin + 30 * DAY)

    async def second() -> None:
        with clock.busy():
            seen.append(clock.now())

    async def first() -> None:
        await asyncio.sleep(0.045)
        with clock.busy():
            task = asyncio.create_task(second())
        time.sleep(0.06)  # noqa: ASYNC251  the machine stands still for longer than the grace
        await task

    # A pause before that, so that the clock and the first task are due in the same turn.
    loop.call_later(0.04, time.sleep, 0.03)
    passing = asyncio.create_task(clock.run())
    await asyncio.wait_for(first(), 10)
    passing.cancel()

    assert seen[0] < begin + DAY
