"""What a person chooses for a name: rollback and promotion by hand, against a real registry."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared import choice, promotion
from shared.errors import ChangedError, NotFoundError, RequestError
from shared.idle import judge, last_use
from shared.pipeline import Phase
from shared.registry import Model, Version, registry
from shared.registry.rows import when


@pytest.fixture(autouse=True)
def table(storage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process with an empty registry."""
    monkeypatch.setenv("AzureWebJobsStorage", storage)
    registry.cache_clear()


def version(number: int, phase: Phase = Phase.SUPERSEDED, **values: Any) -> Version:
    """A trained version that is deployed; a higher number has a newer dataset."""
    run = f"a-{number:010x}"
    known = {"deployment": run, "tuned_model": f"m.ft-{number}", "phase": phase, **values}
    created = f"2026-11-25T03:04:{number:02}.000Z"
    added = Version(model="a", run=run, created=created, dataset="a.jsonl", etag="1", **known)
    registry().insert(added)
    return registry().get(run)


def named(active: Version, previous: Version | None = None, **values: Any) -> Model:
    """The name's row."""
    before = previous.run if previous else ""
    return registry().put_model(
        registry().model("a"), Model(model="a", active=active.run, previous=before, **values)
    )


@pytest.fixture
def two() -> tuple[Version, Version]:
    """Two versions, of which the newer serves."""
    first, second = version(1), version(2, Phase.SERVING)
    named(second, first)
    return first, second


def model() -> Model:
    """The name's row as it is now."""
    found = registry().model("a")
    assert found is not None
    return found


def phases() -> list[str]:
    """The phases of all versions, oldest first."""
    return [one.phase for one in registry().versions("a")]


def test_rollback_switches_to_a_version_that_answers(two: tuple[Version, Version]) -> None:
    """The previous version serves at once; the newer is kept as the previous one."""
    first, second = two

    found = choice.rollback("a")

    assert not found.asleep
    assert (found.model, found.version.run) == (model(), first.run)
    assert (model().active, model().previous) == (first.run, second.run)
    assert phases() == ["serving", "superseded"]
    assert registry().get(second.run).deployment


def test_rollback_is_safe_to_repeat(two: tuple[Version, Version]) -> None:
    """Asked again, it does not go back and forth."""
    choice.rollback("a")
    before = (model(), registry().versions("a"))

    found = choice.rollback("a")

    assert "already" in found.message
    assert (model(), registry().versions("a")) == before


@pytest.mark.parametrize(("hours", "verdict"), [(23, "kept"), (25, "retired")])
def test_what_was_rolled_back_from_is_retired(
    two: tuple[Version, Version], hours: int, verdict: str
) -> None:
    """Its deployment stays for KEEP_PREVIOUS, counted from the rollback."""
    _, second = two
    choice.rollback("a")
    away = registry().get(second.run)
    rolled_back = when(model().promoted)
    assert rolled_back is not None

    decision = judge(
        away,
        seen=None,
        pinned=True,
        now=rolled_back + timedelta(hours=hours),
        idle_after=timedelta(days=15),
        idle_warning=timedelta(days=2),
        keep_previous=timedelta(hours=24),
    )

    assert decision.verdict == verdict


def test_what_is_back_is_not_idle_at_once(two: tuple[Version, Version]) -> None:
    """A version that nobody used while it was superseded begins anew."""
    first, _ = two
    choice.rollback("a")

    back = registry().get(first.run)
    assert last_use(back, None) == when(back.served)


def test_rollback_to_a_version_that_sleeps(two: tuple[Version, Version]) -> None:
    """It is written down as wanted, and the name stays until it answers."""
    first, second = two
    registry().replace(first, replace(first, deployment=""))

    found = choice.rollback("a")

    assert found.asleep
    assert (model().wanted, model().active, phases()[1]) == (first.run, second.run, "serving")
    assert choice.rollback("a").model == found.model


@pytest.mark.parametrize("values", [{"deployment": ""}, {"retiring": True}])
def test_version_that_goes_must_be_woken(values: dict[str, Any]) -> None:
    """A deployment that is gone, or is being deleted, cannot be switched to."""
    first, second = version(1, **values), version(2, Phase.SERVING)
    named(second, first)

    assert choice.rollback("a").asleep


def test_unknown_model() -> None:
    """A name without any version is 404."""
    with pytest.raises(NotFoundError, match="no model 'a'"):
        choice.rollback("a")


@pytest.mark.parametrize("served", [True, False])
def test_without_a_previous_version(served: bool) -> None:
    """409, whether the model serves or not."""
    first = version(1, Phase.SERVING if served else Phase.SUPERSEDED)
    if served:
        named(first)

    with pytest.raises(RequestError, match="no previous") as refused:
        choice.rollback("a")

    assert (refused.value.status, refused.value.code) == (409, "no_previous_version")


@pytest.mark.parametrize(
    ("phase", "trained"),
    [
        (Phase.TRAINING, ""),
        (Phase.EVALUATING, "m.ft-1"),
        (Phase.FAILED, "m.ft-1"),
        (Phase.REJECTED, ""),
        (Phase.SUPERSEDED, ""),
    ],
)
def test_version_that_cannot_serve(phase: Phase, trained: str) -> None:
    """409 for what is on its way, has ended, or was never trained."""
    named(version(2, Phase.SERVING))
    other = version(1, phase, tuned_model=trained)

    with pytest.raises(RequestError, match=str(phase)) as refused:
        choice.promote("a", other.run)

    assert (refused.value.status, refused.value.code) == (409, "run_not_servable")


@pytest.mark.parametrize("values", [{}, {"deployment": ""}])
def test_model_that_is_being_deleted(values: dict[str, Any]) -> None:
    """409, and nothing is written that could bring it back."""
    since = "2026-11-25T04:00:00.000Z"
    first = version(1, deleting=since, **values)
    before = named(version(2, Phase.SERVING, deleting=since), first, deleting=since)

    with pytest.raises(RequestError) as refused:
        choice.rollback("a")

    assert (refused.value.status, refused.value.code) == (409, "being_deleted")
    assert (model(), registry().get(first.run)) == (before, first)


def test_run_of_another_model() -> None:
    """404 for a run that is no version of this model, and for one that is not there."""
    with pytest.raises(NotFoundError) as refused:
        choice.promote("a", "b-0123456789")
    assert (refused.value.status, refused.value.code) == (404, "run_of_another_model")

    with pytest.raises(NotFoundError):
        choice.promote("a", "a-0123456789")


def test_promotion_by_hand_overrides_the_gate() -> None:
    """A version that was kept back serves, its fault is cleared, and older ones give way."""
    first = version(1, Phase.SERVING)
    second = version(2, gate="score>=0.9", gate_verdict="failed", error_code="gate_failed")
    named(first)

    found = choice.promote("a", second.run)

    assert not found.asleep
    assert (model().active, model().previous, model().rolled_back) == (second.run, first.run, "")
    assert phases() == ["superseded", "serving"]
    assert registry().get(second.run).error_code == ""


def test_first_version_of_a_name_by_hand() -> None:
    """A model that had no version in front gets its name."""
    first = version(1, gate="score>=0.9", gate_verdict="failed")

    choice.promote("a", first.run)

    assert (model().active, phases()) == (first.run, ["serving"])


def test_what_serves_already() -> None:
    """Promoting the active version changes nothing."""
    first = version(1, Phase.SERVING)
    before = named(first)

    found = choice.promote("a", first.run)

    assert (found.asleep, model(), phases()) == (False, before, ["serving"])


def test_newer_version_that_takes_the_name_at_this_moment(
    two: tuple[Version, Version], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rollback was about what is no longer in front: it is refused, and the rows are right."""
    third = version(3, Phase.EVALUATING)
    point = promotion.point

    def overtaken(name: Model | None, chosen: Version) -> Model:
        monkeypatch.setattr(promotion, "point", point)
        point(registry().model("a"), third)
        promotion.settle("a", ready=third.run)
        return point(name, chosen)

    monkeypatch.setattr(promotion, "point", overtaken)

    with pytest.raises(ChangedError):
        choice.rollback("a")

    assert model().active == third.run
    assert phases() == ["superseded", "superseded", "serving"]


def test_crash_between_name_and_rows_is_mended(two: tuple[Version, Version]) -> None:
    """If only the name was switched, asking again writes the rows."""
    first, _ = two
    promotion.point(model(), first)

    choice.rollback("a")

    assert (model().active, phases()) == (first.run, ["serving", "superseded"])


def test_many_at_the_same_moment_roll_back_once(two: tuple[Version, Version]) -> None:
    """Eight callers at once end with the previous version in front, not with the newer again."""
    first, second = two

    def ask(_: int) -> None:
        try:
            choice.rollback("a")
        except ChangedError:
            return

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(8)))
    promotion.settle("a")

    assert (model().active, model().previous) == (first.run, second.run)
    assert phases() == ["serving", "superseded"]
