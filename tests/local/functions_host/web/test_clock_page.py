"""Control of the virtual clock over HTTP, and how HTTP calls hold it."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message, Scope

from local.functions_host.clock import VirtualClock
from local.functions_host.web import front
from local.functions_host.web.clock_page import ClockPage


async def _post(page: ClockPage, content: object) -> tuple[int, Any]:
    sent: list[Message] = []
    scope: Scope = {"type": "http", "method": "POST"}

    async def receive() -> Message:
        return {"type": "http.request", "body": json.dumps(content).encode()}

    async def send(message: Message) -> None:
        sent.append(message)

    await page(scope, receive, send)
    return int(sent[0]["status"]), bytes(sent[1]["body"]).decode()


@pytest.fixture
def clock(tmp_path: Path) -> VirtualClock:
    """A virtual clock that jumps after a millisecond of rest."""
    return VirtualClock(tmp_path / "clock", grace=0.001)


async def test_advance_goes_through_what_is_due(clock: VirtualClock) -> None:
    """Advancing stops at every time that somebody waits for, and holds the clock at the end."""
    page = ClockPage(clock, paused=True)
    start = clock.now()
    fired: list[timedelta] = []
    due = start

    def next_due() -> datetime:
        return due

    clock.add_next_due(next_due)

    async def every_hour() -> None:
        nonlocal due
        while True:
            due = start + timedelta(hours=len(fired) + 1)
            await clock.sleep_until(due)
            fired.append(clock.now() - start)

    tasks = [asyncio.create_task(clock.run()), asyncio.create_task(every_hour())]
    status, _ = await _post(page, {"advance": 3.5 * 3600})
    await asyncio.sleep(0.05)
    for task in tasks:
        task.cancel()

    assert status == 200
    assert [round(time.total_seconds() / 3600) for time in fired] == [1, 2, 3]
    assert timedelta(hours=3.5) <= clock.now() - start < timedelta(hours=3.6)


async def test_paused_and_released(clock: VirtualClock) -> None:
    """Paused, the clock does not jump; released, it does."""
    page = ClockPage(clock, paused=True)
    far = clock.now() + timedelta(days=9)
    clock.add_next_due(lambda: far)
    running = asyncio.create_task(clock.run())

    await asyncio.sleep(0.05)
    before = clock.now()
    _, released = await _post(page, {"paused": False})
    await clock.sleep_until(far)
    running.cancel()

    assert before < far - timedelta(days=8)
    assert json.loads(released)["paused"] is False
    assert clock.now() >= far


async def test_to_a_time(clock: VirtualClock) -> None:
    """A time may be given with or without its offset; UTC is meant."""
    page = ClockPage(clock, paused=True)
    running = asyncio.create_task(clock.run())
    goal = (clock.now() + timedelta(days=2)).replace(microsecond=0)

    await _post(page, {"to": goal.replace(tzinfo=None).isoformat()})
    running.cancel()

    assert timedelta(0) <= clock.now() - goal < timedelta(seconds=30)
    assert goal.tzinfo is UTC


@pytest.mark.parametrize("content", [{}, {"advance": "soon"}, {"to": "noon"}, [], None])
async def test_refused(clock: VirtualClock, content: object) -> None:
    """What is no such request is answered with 400 and an example."""
    status, text = await _post(ClockPage(clock), content)

    assert status == 400
    assert '{"advance": SECONDS}' in text


async def test_a_call_holds_for_a_while_only(
    clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call holds the clock while it works, but one that waits for time itself lets go."""
    monkeypatch.setattr(front, "HOLD_LIMIT", 0.1)
    far = clock.now() + timedelta(days=1)
    clock.add_next_due(lambda: far)
    running = asyncio.create_task(clock.run())

    with front.hold_clock(clock):
        await asyncio.sleep(0.05)
        during = clock.now()
        await clock.sleep_until(far)
    running.cancel()

    assert during < far - timedelta(hours=23)
    assert clock.now() >= far
