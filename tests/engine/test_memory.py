"""Microsoft's worker over many requests: its memory stays level, and no invocation stays open."""

import asyncio
import contextlib
import itertools
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest

from tests.journeys.place import CLIENT_KEY, KEYS, Place, place
from tests.services import emulator

pytestmark = [pytest.mark.services, pytest.mark.long]

REQUESTS = 20_000
WARM_UP = 2_000
AT_ONCE = 16
MEGABYTES = 8.0
KEY = {"authorization": f"Bearer {CLIENT_KEY}"}
ASK: dict[str, Any] = {"model": "base", "messages": [{"role": "user", "content": "hi"}]}
Call = Callable[[aiohttp.ClientSession, str], Awaitable[None]]


@pytest.fixture
def here(storage: str, tmp_path: Path) -> Iterator[Place]:
    """The app on the engine, with a service that knows no rate limits."""
    flags = ("--control", "--rate-limits", "off")
    with emulator(*flags) as service, place("engine", service, storage, tmp_path) as running:
        yield running


async def test_memory_stays_level(here: Place) -> None:
    """20,000 requests of every kind add at most 8 MB; a minute later no invocation is open."""
    await _send(here, WARM_UP)
    before = _process(here)
    await _send(here, REQUESTS)
    after = _process(here)
    await asyncio.sleep(60)
    end = _process(here)

    assert end["open_invocations"] == 1  # this call itself
    assert end["requests"] - before["requests"] >= REQUESTS / 2
    assert after["memory_mb"] - before["memory_mb"] <= MEGABYTES


def _process(here: Place) -> dict[str, Any]:
    url = f"{here.stack.url}/api/health/details"
    answer = httpx.get(url, headers={"x-functions-key": KEYS["default"]}, timeout=60)
    process: dict[str, Any] = answer.json()["process"]
    return process


async def _send(here: Place, number: int) -> None:
    calls = itertools.cycle((_chat, _stream, _leave_stream, _leave_at_once, _refused))
    left = iter(itertools.islice(calls, number))
    url = f"{here.stack.url}/api/v1/chat/completions"
    async with aiohttp.ClientSession(headers=KEY) as session:

        async def work() -> None:
            for call in left:
                await call(session, url)

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))


async def _chat(session: aiohttp.ClientSession, url: str) -> None:
    async with session.post(url, json=ASK) as answer:
        assert answer.status == 200, await answer.text()
        await answer.read()


async def _stream(session: aiohttp.ClientSession, url: str) -> None:
    async with session.post(url, json={**ASK, "stream": True}) as answer:
        assert (await answer.read()).endswith(b"data: [DONE]\n\n")


async def _leave_stream(session: aiohttp.ClientSession, url: str) -> None:
    async with session.post(url, json={**ASK, "stream": True}) as answer:
        await answer.content.readany()
        answer.close()


async def _leave_at_once(session: aiohttp.ClientSession, url: str) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(_chat(session, url), 0.004)


async def _refused(session: aiohttp.ClientSession, url: str) -> None:
    headers = {"authorization": "Bearer wrong"}
    async with session.post(url, json=ASK, headers=headers) as answer:
        assert answer.status == 401
        await answer.read()
