"""A name goes back to the version before."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.deployments.idleness import Monitor, judge, last_use
from shared.errors import NotFoundError, RequestError
from shared.registry import Run, registry
from shared.registry.state import Phase
from shared.versions import rollback
from tests.runs import at
from tests.shared.versions.rollback import add_run, model, name_row, phases


def test_rollback_switches_to_a_version_that_answers(two: tuple[Run, Run]) -> None:
    """The previous version serves at once; the newer is kept as the previous one."""
    first, second = two

    found = rollback.rollback("a")

    assert not found.asleep
    assert (found.model, found.run.id) == (model(), first.id)
    assert (model().active, model().previous) == (first.id, second.id)
    assert phases() == ["serving", "superseded"]
    assert registry().get(second.id).deployment.name


def test_rollback_asked_again_wakes_what_fell_asleep(two: tuple[Run, Run]) -> None:
    """Weeks later the version that was gone back to may sleep; saying that it serves is no help."""
    first, _ = two
    rollback.rollback("a")
    registry().change(
        first.id, lambda row: replace(row, phase=Phase.ASLEEP).with_deployment(name="")
    )

    found = rollback.rollback("a")

    assert (found.asleep, found.run.id, model().wanted) == (True, first.id, first.id)


def test_rollback_is_safe_to_repeat(two: tuple[Run, Run]) -> None:
    """Asked again, it does not go back and forth."""
    rollback.rollback("a")
    before = (model(), registry().versions("a"))

    found = rollback.rollback("a")

    assert "already" in found.message
    assert (model(), registry().versions("a")) == before


@pytest.mark.parametrize(("hours", "verdict"), [(23, "kept"), (25, "retired")])
def test_what_was_rolled_back_from_is_retired(
    two: tuple[Run, Run], hours: int, verdict: str
) -> None:
    """Its deployment stays for KEEP_PREVIOUS, counted from the rollback."""
    _, second = two
    rollback.rollback("a")
    away = registry().get(second.id)
    rolled_back = model().promoted
    assert rolled_back is not None

    decision = judge(
        away,
        Monitor(),
        pinned=True,
        now=rolled_back + timedelta(hours=hours),
        idle_after=timedelta(days=15),
        idle_warning=timedelta(days=2),
        keep_previous=timedelta(hours=24),
    )

    assert decision.verdict == verdict


def test_what_is_back_is_not_idle_at_once(two: tuple[Run, Run]) -> None:
    """A version that nobody used while it was superseded starts over."""
    first, _ = two
    rollback.rollback("a")

    back = registry().get(first.id)
    assert last_use(back, None) == back.deployment.served_since


def test_rollback_to_a_version_that_sleeps(two: tuple[Run, Run]) -> None:
    """It is written down as wanted, and the name stays until it answers."""
    first, second = two
    registry().replace(first, first.with_deployment(name=""))

    found = rollback.rollback("a")

    assert found.asleep
    assert (model().wanted, model().active, phases()[1]) == (first.id, second.id, "serving")
    assert rollback.rollback("a").model == found.model


@pytest.mark.parametrize("values", [{"deployment_name": ""}, {"deployment_retiring": True}])
def test_version_that_goes_must_be_woken(values: dict[str, Any]) -> None:
    """A deployment that is gone, or is being deleted, cannot be switched to."""
    first, second = add_run(1, **values), add_run(2, Phase.SERVING)
    name_row(second, first)

    assert rollback.rollback("a").asleep


def test_unknown_model() -> None:
    """A name without any version is 404."""
    with pytest.raises(NotFoundError, match="no model 'a'"):
        rollback.rollback("a")


@pytest.mark.parametrize("served", [True, False])
def test_without_a_previous_version(served: bool) -> None:
    """409, whether the model serves or not."""
    first = add_run(1, Phase.SERVING if served else Phase.SUPERSEDED)
    if served:
        name_row(first)

    with pytest.raises(RequestError, match="no previous") as refused:
        rollback.rollback("a")

    assert (refused.value.status, refused.value.code) == (409, "no_previous_version")


@pytest.mark.parametrize("values", [{}, {"deployment_name": ""}])
def test_model_that_is_being_deleted(values: dict[str, Any]) -> None:
    """409, and nothing is written that could bring it back."""
    since = at("2026-11-25T04:00:00Z")
    first = add_run(1, deleting_since=since, **values)
    before = name_row(add_run(2, Phase.SERVING, deleting_since=since), first, deleting=since)

    with pytest.raises(RequestError) as refused:
        rollback.rollback("a")

    assert (refused.value.status, refused.value.code) == (409, "being_deleted")
    assert (model(), registry().get(first.id)) == (before, first)
