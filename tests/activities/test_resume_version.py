"""What was woken takes its place: it serves, or a newer version has the name."""

from dataclasses import replace

import pytest

from activities.resume_version import resume_version
from shared.deployments import wake as waking
from shared.registry import Model, Run, registry
from shared.registry.state import Phase
from shared.runs import cancellation
from shared.runs.orchestration import Outcome, RunRef
from tests.activities.calls import at_once, call, settle
from tests.activities.conftest import change, row

OTHER = "brolly-abcdefabcd"


@pytest.fixture
def waking_run(serving: RunRef) -> RunRef:
    """A version that was asleep and is deployed again."""
    change(serving, phase=Phase.ASLEEP, deployment_name="")
    ref = waking.claim(serving.run, "a test asked").ref
    change(ref, deployment_name=ref.run)
    return ref


def rename(active: str) -> None:
    """Let the model's name point to that run."""
    registry().put_model(registry().model("brolly"), Model(model="brolly", active=active))


def test_it_serves_again(waking_run: RunRef) -> None:
    """The version that the name points to serves, and its waking is over."""
    assert call(resume_version, waking_run).result == "done"

    now = row(waking_run)
    assert (now.phase, now.deployment.waking_since, now.timeline[-1][2]) == (
        "serving",
        None,
        "woken",
    )


def test_a_newer_version_has_the_name(waking_run: RunRef) -> None:
    """A version that was replaced while it woke is superseded from now on."""
    rename(OTHER)

    assert call(resume_version, waking_run).result == "done"

    now = row(waking_run)
    assert (now.phase, now.deployment.waking_since) == ("superseded", None)
    assert now.deployment.superseded_since
    assert registry().model("brolly") == replace(_model(), active=OTHER)


def test_a_name_that_is_taken_at_the_same_time(
    waking_run: RunRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A promotion between the look at the name and the row is seen after the row."""
    placed = waking.phase_when_awake
    looks: list[str] = []

    def then_promote(*seen: object) -> Phase:
        looks.append("look")
        phase = placed(*seen)  # type: ignore[arg-type]
        if len(looks) == 1:
            rename(OTHER)
        return phase

    monkeypatch.setattr(waking, "phase_when_awake", then_promote)

    assert call(resume_version, waking_run).result == "done"
    assert row(waking_run).phase == "superseded"


def test_a_version_that_a_person_asked_for(waking_run: RunRef) -> None:
    """It takes the name when it answers, whatever had it; the request is fulfilled."""
    rename(OTHER)
    registry().put_model(_model(), replace(_model(), wanted=waking_run.run))

    assert call(resume_version, waking_run).result == "done"

    assert (_model().active, _model().wanted) == (waking_run.run, "")
    assert (row(waking_run).phase, row(waking_run).deployment.waking_since) == ("serving", None)


def test_a_request_that_comes_at_the_same_time(
    waking_run: RunRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person who asks between the look at the name and the row is heard."""
    rename(OTHER)
    wake = waking.finish_wake

    def then_request(old: Run, phase: Phase) -> Run:
        monkeypatch.setattr(waking, "finish_wake", wake)
        registry().put_model(_model(), replace(_model(), wanted=waking_run.run))
        return wake(old, phase)

    monkeypatch.setattr(waking, "finish_wake", then_request)

    assert call(resume_version, waking_run).result == "done"
    assert (_model().active, row(waking_run).phase) == (waking_run.run, "serving")


def test_a_request_that_a_crash_left_behind(waking_run: RunRef) -> None:
    """A call that died after its row said so is made again, and finds the later request."""
    rename(OTHER)
    assert call(resume_version, waking_run).result == "done"
    registry().put_model(_model(), replace(_model(), wanted=waking_run.run))

    assert call(resume_version, waking_run).result == "done"
    assert (_model().active, _model().wanted, row(waking_run).phase) == (
        waking_run.run,
        "",
        "serving",
    )


def test_a_version_that_failed_its_gate_takes_no_name(waking_run: RunRef) -> None:
    """Where no version is active, one that was kept back stays behind when it wakes."""
    rename("")
    change(waking_run, evaluation_gate="score>=0.9", evaluation_verdict="failed")

    assert call(resume_version, waking_run).result == "done"
    assert (_model().active, row(waking_run).phase) == ("", "superseded")


def test_duplicates_write_one_line(waking_run: RunRef) -> None:
    """Four at the same time, and a late one, end in one line of the timeline."""
    at_once(resume_version, waking_run)
    before = row(waking_run)

    assert settle(resume_version, waking_run).result == "done"
    assert row(waking_run) == before
    assert [line[0] for line in before.timeline].count(Phase.SERVING) == 1


def test_a_cancelled_waking_does_not_serve(waking_run: RunRef) -> None:
    """A request to cancel counts to the last."""
    cancellation.request_cancel(waking_run.run)

    assert call(resume_version, waking_run).code == "cancelled"
    assert row(waking_run).phase == "deploying"


def test_an_earlier_waking_changes_nothing(waking_run: RunRef) -> None:
    """A late duplicate of an earlier waking is turned away."""
    assert call(resume_version, replace(waking_run, attempt=1)) == Outcome.refuse(
        "stale", "Attempt 1 of this run has ended; attempt 2 is active."
    )


def _model() -> Model:
    found = registry().model("brolly")
    assert found is not None
    return found
