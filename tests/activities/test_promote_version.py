"""Promotion: one name, one serving version, whatever overtakes what."""

from dataclasses import replace

import pytest

from activities.promote_version import promote_version
from shared.registry import Model, Run, registry
from shared.registry.parts import Dataset, Deployment
from shared.registry.state import Phase
from shared.runs import cancellation
from shared.runs.orchestration import Outcome, RunRef
from shared.versions import promotion
from tests.activities.calls import at_once, call, settle
from tests.activities.conftest import change, row
from tests.runs import at
from tests.shared.versions.rollback import model, phases


@pytest.fixture(autouse=True)
def table(storage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process with an empty registry."""
    monkeypatch.setenv("AzureWebJobsStorage", storage)
    registry.cache_clear()


def add_run(number: int, phase: Phase = Phase.EVALUATING) -> RunRef:
    """A run in the registry; a higher number has a newer dataset."""
    added = Run(
        model="a",
        id=f"a-{number:010x}",
        phase=phase,
        created=at(f"2026-11-25T03:04:{number:02}.000Z"),
        dataset=Dataset(blob="a.jsonl", etag=str(number)),
        deployment=Deployment(name=f"a-{number:010x}"),
    )
    registry().insert(added)
    return added.ref


def test_first_version_takes_the_name() -> None:
    """The name points to it, its row says that it serves since now."""
    first = add_run(1)

    outcome = call(promote_version, first)

    assert outcome == Outcome.done()
    assert (model().active, model().previous) == (first.run, "")
    assert (row(first).phase, bool(row(first).deployment.served_since)) == ("serving", True)


def test_newer_version_takes_over() -> None:
    """The name moves on, the older version is superseded and kept as the previous one."""
    first, second = add_run(1), add_run(2)
    call(promote_version, first)

    call(promote_version, second)

    assert (model().active, model().previous) == (second.run, first.run)
    assert phases() == ["superseded", "serving"]
    assert row(first).deployment.superseded_since
    assert f"{second.run} took over." in row(first).timeline[-1][2]
    assert row(first).deployment.name == first.run


def test_older_version_that_comes_late_does_not_take_over() -> None:
    """A run whose dataset is older than what serves is superseded at once."""
    first, second = add_run(1), add_run(2)
    call(promote_version, second)

    outcome = call(promote_version, first)

    assert outcome.result == "done"
    assert model().active == second.run
    assert phases() == ["superseded", "serving"]


def test_second_call_changes_nothing() -> None:
    """A duplicate leaves name and rows as they are."""
    first, second = add_run(1), add_run(2)
    call(promote_version, first)
    call(promote_version, second)
    before = (model(), registry().versions("a"))

    outcome = call(promote_version, second)

    assert outcome.result == "done"
    assert (model(), registry().versions("a")) == before


def test_duplicates_at_once_promote_once() -> None:
    """Four at the same time end with one name and its two versions right."""
    first, second = add_run(1), add_run(2)
    call(promote_version, first)

    at_once(promote_version, second)

    assert settle(promote_version, second).result == "done"
    assert (model().active, model().previous) == (second.run, first.run)
    assert phases() == ["superseded", "serving"]


def test_crash_after_the_switch_is_repaired() -> None:
    """If only the name was written, the next call writes the rows; the previous one is kept."""
    first, second = add_run(1), add_run(2)
    call(promote_version, first)
    old = model()
    registry().put_model(old, replace(old, active=second.run, previous=first.run))

    outcome = call(promote_version, second)

    assert outcome == Outcome.done()
    assert (model().active, model().previous) == (second.run, first.run)
    assert phases() == ["superseded", "serving"]


def test_version_that_is_overtaken_in_the_middle_is_superseded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A newer version may take the name before the older one's row says that it serves."""
    first, second = add_run(1), add_run(2)
    settle_versions = promotion.settle

    def late(name: str, ready: str = "") -> None:
        monkeypatch.setattr(promotion, "settle", settle_versions)
        call(promote_version, second)
        settle_versions(name, ready)

    monkeypatch.setattr(promotion, "settle", late)

    call(promote_version, first)

    assert model().active == second.run
    assert phases() == ["superseded", "serving"]


def test_crash_after_an_overtaken_row_is_repaired() -> None:
    """An older version whose row says that it serves is superseded by its next call."""
    first, second = add_run(1), add_run(2)
    call(promote_version, second)
    change(first, phase=str(Phase.SERVING))  # and then its worker died, without another look

    outcome = call(promote_version, first)

    assert outcome.result == "done"
    assert phases() == ["superseded", "serving"]


def test_cancelled_run_does_not_take_the_name() -> None:
    """Until the switch a request to cancel counts."""
    first = add_run(1)
    cancellation.request_cancel(first.run)

    outcome = call(promote_version, first)

    assert (outcome.result, outcome.code) == ("refused", "cancelled")
    assert registry().model("a") is None


def test_request_to_cancel_after_the_switch_comes_too_late() -> None:
    """Once the name points to a version, it serves."""
    first = add_run(1)
    registry().put_model(None, Model(model="a", active=first.run))
    change(first, cancel_requested="2026-11-25T03:04:05.000Z")

    outcome = call(promote_version, first)

    assert outcome == Outcome.done()
    assert row(first).phase == "serving"


@pytest.mark.parametrize(
    ("verdict", "why", "message"),
    [
        ("failed", "The gate x is failed.", "The gate x is failed."),
        ("", "", "The gate score>=0.5 could not be evaluated."),
    ],
)
def test_version_that_does_not_pass_is_kept_back(verdict: str, why: str, message: str) -> None:
    """The name stays where it is, the deployment stays for a while, and the run says why."""
    first, second = add_run(1), add_run(2)
    call(promote_version, first)
    change(second, evaluation_gate="score>=0.5", evaluation_verdict=verdict, evaluation_reason=why)

    outcome = call(promote_version, second)

    kept = row(second)
    assert (outcome.result, outcome.message) == ("done", message)
    assert model().active == first.run
    assert phases() == ["serving", "superseded"]
    assert (kept.deployment.name, kept.error.code, kept.error.message) == (
        second.run,
        "gate_failed",
        message,
    )
    assert f"models/a/promote?run={second.run}" in kept.error.hint


def test_first_version_that_does_not_pass_takes_no_name() -> None:
    """A model whose only version is kept back does not exist yet."""
    first = add_run(1)
    change(first, evaluation_gate="score>=0.5", evaluation_verdict="failed")

    call(promote_version, first)

    assert registry().model("a") is None
    assert phases() == ["superseded"]


def test_version_that_passes_is_promoted() -> None:
    """A gate that is passed is as good as none."""
    first = add_run(1)
    change(first, evaluation_gate="score>=0.5", evaluation_verdict="passed")

    call(promote_version, first)

    assert (model().active, phases()) == (first.run, ["serving"])


def test_version_that_a_person_turned_away_from_does_not_come_back() -> None:
    """A late duplicate of its promotion does not undo a rollback."""
    first, second = add_run(1), add_run(2)
    call(promote_version, first)
    old = model()
    registry().put_model(old, replace(old, previous=second.run, rolled_back=second.run))

    outcome = call(promote_version, second)

    assert outcome.message == f"It was rolled back to {first.run}."
    assert (model().active, phases()) == (first.run, ["serving", "superseded"])


def test_options_of_the_name_stay() -> None:
    """What was set for a name holds for its next version."""
    first = add_run(1)
    registry().put_model(None, Model(model="a", pinned=at("2027-01-01T00:00:00.000Z"), raw=True))

    call(promote_version, first)

    assert (model().active, model().pinned, model().raw) == (
        first.run,
        at("2027-01-01T00:00:00Z"),
        True,
    )
