"""A choice that meets another one, or a crash."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.errors import ChangedError
from shared.registry import Model, Run, registry
from shared.registry.state import Phase
from shared.versions import promotion, rollback
from tests.shared.versions.rollback import add_run, model, phases


def test_newer_version_that_takes_the_name_at_the_same_time(
    two: tuple[Run, Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rollback was about what is no longer active: it is refused, and the rows are right."""
    third = add_run(3, Phase.EVALUATING)
    point = promotion.set_active

    def overtaken(name: Model | None, chosen: Run) -> Model:
        monkeypatch.setattr(promotion, "set_active", point)
        point(registry().model("a"), third)
        promotion.settle("a", ready=third.id)
        return point(name, chosen)

    monkeypatch.setattr(promotion, "set_active", overtaken)

    with pytest.raises(ChangedError):
        rollback.rollback("a")

    assert model().active == third.id
    assert phases() == ["superseded", "superseded", "serving"]


def test_crash_between_name_and_rows_is_repaired(two: tuple[Run, Run]) -> None:
    """If only the name was switched, asking again writes the rows."""
    first, _ = two
    promotion.set_active(model(), first)

    rollback.rollback("a")

    assert (model().active, phases()) == (first.id, ["serving", "superseded"])


def test_many_at_the_same_time_roll_back_once(two: tuple[Run, Run]) -> None:
    """Eight callers at once end with the previous version active, not with the newer again."""
    first, second = two

    def ask(_: int) -> None:
        try:
            rollback.rollback("a")
        except ChangedError:
            return

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(8)))
    promotion.settle("a")

    assert (model().active, model().previous) == (first.id, second.id)
    assert phases() == ["serving", "superseded"]
