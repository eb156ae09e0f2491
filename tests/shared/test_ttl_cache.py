"""What is looked up once for many callers, and kept for a while."""

import asyncio
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from shared.chat.targets import Target
from shared.errors import NotFoundError
from shared.ttl_cache import AGE, Kept


async def test_one_look_for_many_callers() -> None:
    """Callers that ask at the same moment share one look, and its result for a while."""
    looks, hold = [], threading.Event()

    def look(asked: str) -> Target:
        looks.append(asked)
        hold.wait(5)
        return Target(asked, "d")

    found = Kept(look)
    callers = [asyncio.ensure_future(found.get("m")) for _ in range(20)]
    await asyncio.sleep(0)
    hold.set()

    assert {target.deployment for target in await asyncio.gather(*callers)} == {"d"}
    assert (await found.get("m")).deployment == "d"
    assert looks == ["m"]


async def test_a_caller_that_leaves_does_not_end_the_look() -> None:
    """A caller that is cancelled while looking leaves the look to the others."""
    hold = threading.Event()

    def look(asked: str) -> Target:
        hold.wait(5)
        return Target(asked, "d")

    found = Kept(look)
    leaving, staying = (asyncio.ensure_future(found.get("m")) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    hold.set()

    assert (await staying).deployment == "d"


async def test_a_refusal_is_not_kept() -> None:
    """A name that was not there a moment ago is looked for anew."""
    answers: list[Exception | Target] = [NotFoundError("model_not_found", "no"), Target("m", "d")]

    def look(asked: str) -> Target:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    found = Kept(look)
    with pytest.raises(NotFoundError):
        await found.get("m")

    assert (await found.get("m")).deployment == "d"


async def test_a_switch_shows_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was found is used until it is too old, measured by the app's clock."""
    current = Target("m", "old")
    found = Kept(lambda _: current)
    clock_file = tmp_path / "clock"
    monkeypatch.setenv("CLOCK_FILE", str(clock_file))
    await found.get("m")
    current = replace(current, deployment="new")

    kept = await found.get("m")
    clock_file.write_text(str(AGE.total_seconds()))
    fresh = await found.get("m")

    assert (kept.deployment, fresh.deployment) == ("old", "new")
