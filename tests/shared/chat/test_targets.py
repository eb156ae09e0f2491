"""Who answers for what is asked, read from a real table."""

import asyncio
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from shared import clock, few_shot
from shared.chat.targets import Target, answering, find, targets
from shared.chat.unready import AGAIN, RETRY_AFTER
from shared.errors import AsleepError, NotFoundError, NotReadyError
from shared.kept import AGE, Kept
from shared.pipeline import Phase
from shared.registry import Model, Registry
from shared.registry.rows import iso
from shared.settings import settings
from tests.shared.chat.conftest import SYSTEM, Seed
from tests.shared.clients.conftest import Scripted

CREATED = "2026-11-01T00:00:00.000Z"
RUN = "travel-0123456789"
OTHER = "travel-abcdefabcd"


async def test_base_is_the_setting(scripted: Scripted) -> None:
    """`base` is the untuned deployment, found without any storage."""
    wanted = Target("base", "gpt-4.1-mini", base_model="gpt-4.1-mini-2025-04-14")

    assert await targets().get("base") == wanted


def test_name_means_the_active_version(rows: Registry, seed: Seed) -> None:
    """A model's name means the version it points to, under the name that was asked for."""
    seed(OTHER, phase=Phase.SUPERSEDED, deployment="old")
    seed(RUN, active=True, deployment="new")

    wanted = Target("travel", "new", RUN, "travel", created=CREATED, system_message=SYSTEM)
    assert find("travel", rows) == wanted


def test_run_id_means_that_version(rows: Registry, seed: Seed) -> None:
    """A superseded version answers by its run id as long as it is deployed."""
    seed(OTHER, phase=Phase.SUPERSEDED, deployment="old")
    seed(RUN, active=True)

    wanted = Target(OTHER, "old", OTHER, "travel", created=CREATED, system_message=SYSTEM)
    assert find(OTHER, rows) == wanted


def test_previous_means_the_version_before(rows: Registry, seed: Seed) -> None:
    """`<name>@previous` is what the name meant before; without one it is told so."""
    seed(OTHER, phase=Phase.SUPERSEDED, deployment="old")
    seed(RUN, active=True)
    with pytest.raises(NotFoundError, match="no previous version"):
        find("travel@previous", rows)
    rows.put_model(rows.model("travel"), Model(model="travel", active=RUN, previous=OTHER))

    found = find("travel@previous", rows)

    assert (found.asked, found.run, found.deployment) == ("travel@previous", OTHER, "old")


def test_a_version_brings_its_examples(rows: Registry, seed: Seed) -> None:
    """Examples are kept with the version, as messages for the service."""
    shots = few_shot.text([{"user": "Rome?", "assistant": "Ah, Rome!"}])
    seed(RUN, active=True, few_shot=shots)

    assert find("travel", rows).examples == (
        {"role": "user", "content": "Rome?"},
        {"role": "assistant", "content": "Ah, Rome!"},
    )


def test_a_raw_model_gets_nothing_put_in(rows: Registry, seed: Seed) -> None:
    """The model's setting switches system message and examples off, for its name and its runs."""
    seed(RUN, few_shot=few_shot.text([{"user": "a", "assistant": "b"}]))
    rows.put_model(None, Model(model="travel", active=RUN, raw=True))

    for asked in ("travel", RUN):
        found = find(asked, rows)
        assert (found.system_message, found.examples) == ("", ())


@pytest.mark.parametrize(
    "asked", ["nope", "nope@previous", "nope-0123456789", "a/b", "x'y", "é", "#", "n" * 300]
)
def test_unknown_names_what_is_known(rows: Registry, seed: Seed, asked: str) -> None:
    """What does not exist, and what could not, is 404 with what can be asked for."""
    seed(RUN, active=True)

    with pytest.raises(NotFoundError) as caught:
        find(asked, rows)

    assert (caught.value.status, caught.value.code) == (404, "model_not_found")
    assert "base, travel" in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("asked", ["travel", RUN])
def test_a_run_on_its_way_says_where_it_is(rows: Registry, seed: Seed, asked: str) -> None:
    """A model that is still in training is 409 with its phase and what it waits for."""
    seed(RUN, phase=Phase.TRAINING, deployment="", waiting="job is pending")

    with pytest.raises(NotReadyError, match=r"training.*job is pending") as caught:
        find(asked, rows)

    assert caught.value.status == 409


def test_a_run_on_its_way_is_better_news(rows: Registry, seed: Seed) -> None:
    """If a newer dataset was rejected while an older one still trains, the model is on its way."""
    seed(RUN, phase=Phase.TRAINING, deployment="")
    seed(OTHER, phase=Phase.REJECTED, deployment="", created="2026-11-02T00:00:00.000Z")

    with pytest.raises(NotReadyError) as caught:
        find("travel", rows)

    assert caught.value.code == "model_not_ready"


@pytest.mark.parametrize("phase", [Phase.REJECTED, Phase.FAILED, Phase.CANCELLED])
def test_a_closed_run_says_why(rows: Registry, seed: Seed, phase: Phase) -> None:
    """A model that never served is 409 with the reason."""
    seed(RUN, phase=phase, deployment="", error_code="x", error_message="Too few examples.")

    with pytest.raises(NotReadyError, match="Too few examples") as caught:
        find("travel", rows)

    assert (caught.value.status, caught.value.code) == (409, f"model_{phase}")


def test_a_sleeping_model_says_since_when(rows: Registry, seed: Seed) -> None:
    """A model whose deployment was deleted is 503, with how long it was idle and a way back."""
    last = "2026-01-01T00:00:00.000Z"
    seed(RUN, active=True, phase=Phase.ASLEEP, deployment="", last_used=last, tuned_model="m")

    with pytest.raises(AsleepError, match=r"last used \d+ days ago") as caught:
        find("travel", rows)

    error = caught.value
    assert (error.status, error.code, error.retry_after) == (503, "model_asleep", RETRY_AFTER)
    assert (error.run, error.wakeable, error.waking) == (RUN, True, False)
    assert "POST models/travel/wake" in error.hint


def test_a_waking_model_says_since_when(rows: Registry, seed: Seed) -> None:
    """While it is deployed again it is 503 with what that waits for."""
    waking = "2026-11-25T00:00:00.000Z"
    seed(RUN, active=True, phase=Phase.DEPLOYING, waking=waking, waiting="No quota.")

    with pytest.raises(AsleepError, match=rf"since {waking}.*No quota") as caught:
        find("travel", rows)

    error = caught.value
    assert (error.status, error.code, error.waking) == (503, "model_waking", True)


def test_a_waking_that_failed_is_not_begun_again_at_once(
    rows: Registry, seed: Seed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For some minutes a chat does not wake it again; the caller learns why, and when it would."""
    failed = clock.now()
    reason = {"error_message": "No such SKU.", "wake_failed": iso(failed), "tuned_model": "m"}
    seed(RUN, active=True, phase=Phase.ASLEEP, deployment="", **reason)

    with pytest.raises(AsleepError, match="No such SKU") as caught:
        find("travel", rows)
    monkeypatch.setattr("shared.clock.now", lambda: failed + AGAIN)
    with pytest.raises(AsleepError) as later:
        find("travel", rows)

    assert not caught.value.wakeable
    assert 500 < (caught.value.retry_after or 0) <= AGAIN.total_seconds()
    assert later.value.wakeable


def test_waking_by_chat_is_a_setting(
    rows: Registry, seed: Seed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where chats may not wake, the error names who can."""
    monkeypatch.setenv("WAKE_ON_CHAT", "false")
    settings.cache_clear()
    seed(RUN, active=True, phase=Phase.ASLEEP, deployment="", tuned_model="m")

    with pytest.raises(AsleepError) as caught:
        find("travel", rows)

    assert not caught.value.wakeable
    assert caught.value.hint == "POST models/travel/wake deploys it again."


@pytest.mark.parametrize("phase", [Phase.SUPERSEDED, Phase.ASLEEP])
def test_a_version_that_others_replaced_is_not_woken(
    rows: Registry, seed: Seed, phase: Phase
) -> None:
    """An older version without a deployment is 409, and names the one to ask for."""
    seed(OTHER, active=True)
    seed(RUN, phase=phase, deployment="", tuned_model="m")

    with pytest.raises(NotReadyError, match=f"superseded by {OTHER}") as caught:
        find(RUN, rows)

    assert (caught.value.status, caught.value.code) == (409, "model_superseded")


def test_a_version_that_is_being_deleted_is_asleep(rows: Registry, seed: Seed) -> None:
    """Once retirement has begun no chat is sent to the deployment any more."""
    seed(RUN, active=True, phase=Phase.ASLEEP, retiring=True)

    with pytest.raises(NotReadyError, match="asleep"):
        find("travel", rows)
    assert answering(rows) == []


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
