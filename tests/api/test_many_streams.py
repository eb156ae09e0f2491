"""Hundreds of chats at once through the emulator, the host and the app, each with its own words."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.conftest import BEARER
from tests.journeys.place import UNMEASURED, Place, place
from tests.services import emulator

pytestmark = pytest.mark.services

STREAMS = 500
WORDS = 20
HELD = 3.0  # seconds for which the service keeps every answer, so that all are under way together


@pytest.fixture
def busy(storage: str, tmp_path: Path) -> Iterator[Place]:
    """The app, with a service that knows no rate limits and begins all answers late."""
    flags = ("--control", "--rate-limits", "off")
    with (
        emulator(*flags) as service,
        place("local", service, storage, tmp_path, settings=UNMEASURED) as here,
    ):
        path = "*/chat/completions"
        service.control("faults", {"path": path, "delay": HELD, "times": STREAMS})
        yield here


async def test_no_chunk_is_lost_or_mixed(busy: Place) -> None:
    """500 streams that are open at the same time each bring their own words, all and in order."""
    limits = httpx.Limits(max_connections=None)
    base = f"{busy.stack.url}/api/v1/"
    all_open = asyncio.Barrier(STREAMS)
    async with httpx.AsyncClient(
        base_url=base, headers=BEARER, timeout=120, limits=limits
    ) as client:
        answers = await asyncio.gather(
            *(_answer(client, number, all_open) for number in range(STREAMS))
        )

    for number, events in enumerate(answers):
        assert events[-1] == "[DONE]"
        chunks = [json.loads(event) for event in events[:-1]]
        text = "".join(_text(chunk) for chunk in chunks)
        assert text == f"Here is what I found: {_words(number)} [emulated]"
        # The first chunk has no id: it only brings the filter's word on the prompt.
        assert len({chunk["id"] for chunk in chunks[1:]}) == 1
    ids = {json.loads(events[1])["id"] for events in answers}
    assert len(ids) == STREAMS


async def _answer(client: httpx.AsyncClient, number: int, all_open: asyncio.Barrier) -> list[str]:
    """The events of one stream; after the first it waits until every other stream has begun."""
    # The emulator repeats what a tool has found, so each answer differs from all others.
    messages = [
        {"role": "user", "content": "What did you find?"},
        {"role": "tool", "tool_call_id": "call_1", "content": _words(number)},
    ]
    body = {"model": "base", "stream": True, "messages": messages}
    async with client.stream("POST", "chat/completions", json=body) as answer:
        assert answer.status_code == 200, await answer.aread()
        events = _events(answer)
        first = await anext(events)
        await all_open.wait()
        return [first, *[event async for event in events]]


async def _events(answer: httpx.Response) -> AsyncIterator[str]:
    async for line in answer.aiter_lines():
        if line.startswith("data: "):
            yield line.removeprefix("data: ")


def _words(number: int) -> str:
    return " ".join(f"{number}x{word}" for word in range(WORDS))


def _text(chunk: dict[str, Any]) -> str:
    return "".join(choice["delta"].get("content") or "" for choice in chunk["choices"])
