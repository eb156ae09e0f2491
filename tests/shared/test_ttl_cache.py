"""One lookup for many callers, which is kept for a while."""

import asyncio
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from shared.chat.targets import Target
from shared.errors import NotFoundError
from shared.ttl_cache import TTL, TtlCache


async def test_one_lookup_for_many_callers() -> None:
    """Callers that ask at the same time share one lookup, and its result for a while."""
    lookups, hold = [], threading.Event()

    def find(asked: str) -> Target:
        lookups.append(asked)
        hold.wait(5)
        return Target(asked, "d")

    cache = TtlCache(find)
    callers = [asyncio.ensure_future(cache.get("m")) for _ in range(20)]
    await asyncio.sleep(0)
    hold.set()

    assert {target.deployment for target in await asyncio.gather(*callers)} == {"d"}
    assert (await cache.get("m")).deployment == "d"
    assert lookups == ["m"]


async def test_cancelled_caller_does_not_end_the_lookup() -> None:
    """A caller that is cancelled leaves the lookup to the others."""
    hold = threading.Event()

    def find(asked: str) -> Target:
        hold.wait(5)
        return Target(asked, "d")

    cache = TtlCache(find)
    leaving, staying = (asyncio.ensure_future(cache.get("m")) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    hold.set()

    assert (await staying).deployment == "d"


async def test_a_refusal_is_not_kept() -> None:
    """A name that was not found is looked up again at the next call."""
    answers: list[Exception | Target] = [NotFoundError("model_not_found", "no"), Target("m", "d")]

    def find(asked: str) -> Target:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    cache = TtlCache(find)
    with pytest.raises(NotFoundError):
        await cache.get("m")

    assert (await cache.get("m")).deployment == "d"


async def test_a_switch_shows_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was found is used until it is too old, measured by the app's clock."""
    current = Target("m", "old")
    cache = TtlCache(lambda _: current)
    clock_file = tmp_path / "clock"
    monkeypatch.setenv("CLOCK_FILE", str(clock_file))
    await cache.get("m")
    current = replace(current, deployment="new")

    kept = await cache.get("m")
    clock_file.write_text(str(TTL.total_seconds()))
    fresh = await cache.get("m")

    assert (kept.deployment, fresh.deployment) == ("old", "new")
