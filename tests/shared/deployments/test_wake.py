"""Who begins a waking, and where its end leads."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shared.deployments import wake
from shared.errors import NotFoundError, RequestError
from shared.registry import Model, Run, registry
from shared.registry.state import MODEL_GONE, Phase
from tests.runs import make_run

RUN = "brolly-0123456789"
SLEEPING: dict[str, Any] = {
    "model": "brolly",
    "id": RUN,
    "phase": Phase.ASLEEP,
    "training_tuned_model": "gpt.ft-1",
}


@pytest.fixture(autouse=True)
def table(storage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process with an empty registry."""
    monkeypatch.setenv("AzureWebJobsStorage", storage)
    registry.cache_clear()


def seed(**values: Any) -> Run:
    """Add a version that is asleep."""
    registry().insert(make_run(**{**SLEEPING, **values}))
    return registry().get(RUN)


def test_the_first_asker_begins() -> None:
    """The row is deploying in a new attempt, says since when, and has forgotten old reasons."""
    seed(
        error_code="deadline",
        deployment_wake_failed="2026-11-25",
        cancel_requested="2026-11-25",
        idleness_warning="x",
    )

    row = wake.claim(RUN, "a test asked")

    assert (row.phase, row.attempt, bool(row.deployment.waking_since)) == ("deploying", 2, True)
    assert (
        row.error.code,
        row.deployment.wake_failed,
        row.cancel_requested,
        row.idleness.warning,
    ) == ("", None, None, "")
    assert row.timeline[-1][2] == "woken: a test asked"


def test_askers_at_the_same_time_begin_once() -> None:
    """Many at once see the same attempt; the timeline has one line."""
    seed()

    with ThreadPoolExecutor(8) as pool:
        rows = list(pool.map(lambda _: wake.claim(RUN, "a test asked"), range(8)))

    assert {(row.attempt, row.deployment.waking_since) for row in rows} == {
        (2, rows[0].deployment.waking_since)
    }
    assert len(registry().get(RUN).timeline) == 1


@pytest.mark.parametrize("phase", [Phase.SERVING, Phase.SUPERSEDED])
def test_what_answers_is_left_alone(phase: Phase) -> None:
    """A version with its deployment needs no waking."""
    before = seed(phase=phase, deployment_name=RUN)

    assert wake.claim(RUN, "a test asked") == before


@pytest.mark.parametrize("phase", [Phase.SUPERSEDED, Phase.ASLEEP])
def test_a_version_that_is_being_deleted_wakes(phase: Phase) -> None:
    """Once retirement has begun the version wakes; the deletion is ended first, by its mark."""
    seed(phase=phase, deployment_name=RUN, deployment_retiring=True)

    row = wake.claim(RUN, "a test asked")

    assert (row.phase, row.deployment.retiring, row.deployment.name) == ("deploying", True, RUN)


@pytest.mark.parametrize(
    "values",
    [
        {"phase": Phase.TRAINING, "training_tuned_model": ""},
        {"phase": Phase.DEPLOYING},
        {"phase": Phase.FAILED, "error_message": "No."},
        {"phase": Phase.SUPERSEDED, "training_tuned_model": ""},
    ],
)
def test_what_cannot_be_woken(values: dict[str, Any]) -> None:
    """A run at work, and one that never had a model, is 409 and says where it is."""
    before = seed(**values)

    with pytest.raises(RequestError, match=str(values["phase"])) as caught:
        wake.claim(RUN, "a test asked")

    assert (caught.value.status, caught.value.code) == (409, "not_wakeable")
    assert registry().get(RUN) == before


def test_an_unknown_run() -> None:
    """A run that is not there is 404."""
    with pytest.raises(NotFoundError):
        wake.claim(RUN, "a test asked")


@pytest.mark.parametrize(
    ("active", "code", "phase"),
    [
        (RUN, "deadline", "asleep"),
        (None, "deadline", "asleep"),
        ("brolly-abcdefabcd", "deadline", "superseded"),
        (RUN, MODEL_GONE, "failed"),
    ],
)
def test_where_a_failed_waking_leads(active: str | None, code: str, phase: str) -> None:
    """It sleeps on, is superseded if another took the name, or failed if nothing is left."""
    model = Model(model="brolly", active=active) if active else None

    assert wake.phase_after_failed_wake(seed(), model, code) == phase
