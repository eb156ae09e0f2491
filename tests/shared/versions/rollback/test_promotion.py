"""A version is promoted on request."""

import pytest

from shared.errors import NotFoundError, RequestError
from shared.registry import registry
from shared.registry.state import Phase
from shared.versions import rollback
from tests.shared.versions.rollback import add_run, model, name_row, phases


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
    name_row(add_run(2, Phase.SERVING))
    other = add_run(1, phase, training_tuned_model=trained)

    with pytest.raises(RequestError, match=str(phase)) as refused:
        rollback.promote("a", other.id)

    assert (refused.value.status, refused.value.code) == (409, "run_not_servable")


def test_run_of_another_model() -> None:
    """404 for a run that is no version of this model, and for one that is not there."""
    with pytest.raises(NotFoundError) as refused:
        rollback.promote("a", "b-0123456789")
    assert (refused.value.status, refused.value.code) == (404, "run_of_another_model")

    with pytest.raises(NotFoundError):
        rollback.promote("a", "a-0123456789")


def test_promotion_by_hand_overrides_the_gate() -> None:
    """A version that was kept back serves, its fault is cleared, and older ones give way."""
    first = add_run(1, Phase.SERVING)
    second = add_run(
        2, evaluation_gate="score>=0.9", evaluation_verdict="failed", error_code="gate_failed"
    )
    name_row(first)

    found = rollback.promote("a", second.id)

    assert not found.asleep
    assert (model().active, model().previous, model().rolled_back) == (second.id, first.id, "")
    assert phases() == ["superseded", "serving"]
    assert registry().get(second.id).error.code == ""


def test_first_version_of_a_name_by_hand() -> None:
    """A model that had no active version gets its name."""
    first = add_run(1, evaluation_gate="score>=0.9", evaluation_verdict="failed")

    rollback.promote("a", first.id)

    assert (model().active, phases()) == (first.id, ["serving"])


def test_what_serves_already() -> None:
    """Promoting the active version changes nothing."""
    first = add_run(1, Phase.SERVING)
    before = name_row(first)

    found = rollback.promote("a", first.id)

    assert (found.asleep, model(), phases()) == (False, before, ["serving"])
