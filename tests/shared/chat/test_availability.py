"""Why a model that is known does not answer, and what helps."""

import pytest

from shared import clock
from shared.chat.availability import RETRY_AFTER, RETRY_WAKE_AFTER
from shared.chat.targets import find_target, list_answering_runs
from shared.errors import AsleepError, NotReadyError
from shared.registry.state import Phase
from shared.registry.table import Registry
from shared.settings import settings
from tests.shared.chat.conftest import OTHER, RUN, Seed


@pytest.mark.parametrize("asked", ["brolly", RUN])
def test_a_run_on_its_way_says_where_it_is(rows: Registry, seed: Seed, asked: str) -> None:
    """A model that is still in training is 409 with its phase and what it waits for."""
    seed(RUN, phase=Phase.TRAINING, deployment_name="", waiting="job is pending")

    with pytest.raises(NotReadyError, match=r"training.*job is pending") as caught:
        find_target(asked, rows)

    assert caught.value.status == 409


def test_a_run_on_its_way_is_better_news(rows: Registry, seed: Seed) -> None:
    """If a newer dataset was rejected while an older one still trains, the model is on its way."""
    seed(RUN, phase=Phase.TRAINING, deployment_name="")
    seed(OTHER, phase=Phase.REJECTED, deployment_name="", created="2026-11-02T00:00:00.000Z")

    with pytest.raises(NotReadyError) as caught:
        find_target("brolly", rows)

    assert caught.value.code == "model_not_ready"


@pytest.mark.parametrize("phase", [Phase.REJECTED, Phase.FAILED, Phase.CANCELLED])
def test_a_closed_run_says_why(rows: Registry, seed: Seed, phase: Phase) -> None:
    """A model that never served is 409 with the reason."""
    seed(RUN, phase=phase, deployment_name="", error_code="x", error_message="Too few examples.")

    with pytest.raises(NotReadyError, match="Too few examples") as caught:
        find_target("brolly", rows)

    assert (caught.value.status, caught.value.code) == (409, f"model_{phase}")


def test_a_sleeping_model_says_since_when(rows: Registry, seed: Seed) -> None:
    """A model whose deployment was deleted is 503, with how long it was idle and a way back."""
    last = "2026-01-01T00:00:00.000Z"
    seed(
        RUN,
        active=True,
        phase=Phase.ASLEEP,
        deployment_name="",
        deployment_last_used=last,
        training_tuned_model="m",
    )

    with pytest.raises(AsleepError, match=r"last used \d+ days ago") as caught:
        find_target("brolly", rows)

    error = caught.value
    assert (error.status, error.code, error.retry_after) == (503, "model_asleep", RETRY_AFTER)
    assert (error.run, error.wakeable, error.waking) == (RUN, True, False)
    assert "POST models/brolly/wake" in error.hint


def test_a_waking_model_says_since_when(rows: Registry, seed: Seed) -> None:
    """While it is deployed again it is 503 with what that waits for."""
    waking = "2026-11-25T00:00:00.000Z"
    seed(
        RUN, active=True, phase=Phase.DEPLOYING, deployment_waking_since=waking, waiting="No quota."
    )

    with pytest.raises(AsleepError, match=rf"since {waking}.*No quota") as caught:
        find_target("brolly", rows)

    error = caught.value
    assert (error.status, error.code, error.waking) == (503, "model_waking", True)


def test_a_waking_that_failed_is_not_begun_again_at_once(
    rows: Registry, seed: Seed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For some minutes a chat does not wake it again; the caller learns why, and when it would."""
    failed = clock.now()
    reason = {
        "error_message": "No such SKU.",
        "deployment_wake_failed": failed,
        "training_tuned_model": "m",
    }
    seed(RUN, active=True, phase=Phase.ASLEEP, deployment_name="", **reason)

    with pytest.raises(AsleepError, match="No such SKU") as caught:
        find_target("brolly", rows)
    monkeypatch.setattr("shared.clock.now", lambda: failed + RETRY_WAKE_AFTER)
    with pytest.raises(AsleepError) as later:
        find_target("brolly", rows)

    assert not caught.value.wakeable
    assert 500 < (caught.value.retry_after or 0) <= RETRY_WAKE_AFTER.total_seconds()
    assert later.value.wakeable


def test_waking_by_chat_is_a_setting(
    rows: Registry, seed: Seed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where chats may not wake, the error names who can."""
    monkeypatch.setenv("WAKE_ON_CHAT", "false")
    settings.cache_clear()
    seed(RUN, active=True, phase=Phase.ASLEEP, deployment_name="", training_tuned_model="m")

    with pytest.raises(AsleepError) as caught:
        find_target("brolly", rows)

    assert not caught.value.wakeable
    assert caught.value.hint == "POST models/brolly/wake deploys it again."


@pytest.mark.parametrize("phase", [Phase.SUPERSEDED, Phase.ASLEEP])
def test_a_version_that_others_replaced_is_not_woken(
    rows: Registry, seed: Seed, phase: Phase
) -> None:
    """An older version without a deployment is 409, and names the one to ask for."""
    seed(OTHER, active=True)
    seed(RUN, phase=phase, deployment_name="", training_tuned_model="m")

    with pytest.raises(NotReadyError, match=f"superseded by {OTHER}") as caught:
        find_target(RUN, rows)

    assert (caught.value.status, caught.value.code) == (409, "model_superseded")


def test_a_version_that_is_being_deleted_is_asleep(rows: Registry, seed: Seed) -> None:
    """Once retirement has begun no chat is sent to the deployment any more."""
    seed(RUN, active=True, phase=Phase.ASLEEP, deployment_retiring=True)

    with pytest.raises(NotReadyError, match="asleep"):
        find_target("brolly", rows)
    assert list_answering_runs(rows) == []
