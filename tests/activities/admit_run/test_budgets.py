"""Budgets: a run above one waits for a person, and for nothing else."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from activities.admit_run import admit_run
from activities.create_deployment import create_deployment
from shared import clock
from shared.admission import approval
from shared.admission.approval import check_wake_budget, mark_waiting
from shared.deployments import wake
from shared.errors import RequestError
from shared.registry import Run, registry
from shared.registry.ledger import month_of
from shared.registry.parts import HostedHours, TrainingCharge
from shared.registry.state import Phase
from shared.runs import cancellation
from shared.runs.orchestration import RunRef
from shared.settings import settings
from tests.activities.calls import call
from tests.activities.conftest import Advance, change, row
from tests.runs import at
from tests.shared.billing.prices import known_prices

Budget = Callable[..., None]
DAY = 86_400.0


@pytest.fixture
def run(received_run: RunRef, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunRef:
    """A validated run whose training costs 8 dollars and its hosting 2 an hour."""
    known_prices(tmp_path, monkeypatch)
    values = {"training_base_model": "mine-1", "training_type": "GlobalStandard"}
    change(received_run, **values, dataset_tokens=1_000_000, training_epochs=2)
    return received_run


@pytest.fixture
def budget(monkeypatch: pytest.MonkeyPatch) -> Budget:
    """Sets budgets, and ten hours until an idle deployment is deleted: 20 dollars."""

    def put(**values: str) -> None:
        for name, value in {"IDLE_AFTER": "10h", **values}.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()

    return put


def spent_elsewhere(ref: RunRef, hours: float) -> None:
    """Another run has had a deployment for so many hours in this month."""
    hosted = (HostedHours(month_of(clock.now()), "Standard", hours),)
    other = replace(
        row(ref), model="other", id="other-0123456789", phase=Phase.ASLEEP
    ).with_deployment(hosted_hours=hosted)
    registry().insert(other)


def test_without_a_budget_nothing_waits(run: RunRef) -> None:
    """Unset means no limit, and no price is asked for."""
    change(run, training_base_model="gpt-9")

    assert call(admit_run, run).result == "done"


def test_run_within_its_budget_goes_on(run: RunRef, budget: Budget) -> None:
    """Exactly the budget is within it."""
    budget(BUDGET_RUN="28")

    assert call(admit_run, run).result == "done"


def test_run_above_its_budget_waits_for_approval(run: RunRef, budget: Budget) -> None:
    """The row says what it will cost, of what, and what to call."""
    budget(BUDGET_RUN="27.99")

    outcome = call(admit_run, run)

    assert (outcome.result, outcome.code) == ("wait", "budget")
    assert row(run).phase == "queued"
    assert row(run).admission.waits_for == "budget"
    assert (
        "The run will cost $28.00 (training $8.00, hosting $20.00), above BUDGET_RUN of $27.99."
        in row(run).waiting
    )
    assert f"POST runs/{run.run}/approve" in row(run).waiting


def test_approved_run_goes_on(run: RunRef, budget: Budget) -> None:
    """An approval is written once, is in the timeline, and holds for this try only."""
    budget(BUDGET_RUN="1")
    call(admit_run, run)

    first = approval.approve(run.run)
    again = approval.approve(run.run)

    assert first.admission.approved == again.admission.approved is not None
    assert first.timeline[-1][2] == "approved above the budget"
    assert call(admit_run, run).result == "done"


def test_nothing_is_approved_twice(run: RunRef) -> None:
    """A run that was let in does not wait for an approval."""
    call(admit_run, run)

    with pytest.raises(RequestError) as refused:
        approval.approve(run.run)

    assert (refused.value.status, refused.value.code) == (409, "nothing_to_approve")


def test_cancelled_run_waits_for_nobody(run: RunRef, budget: Budget) -> None:
    """Cancelling works while it waits."""
    budget(BUDGET_RUN="1")
    call(admit_run, run)
    cancellation.request_cancel(run.run)

    assert call(admit_run, run).code == "cancelled"


def test_unknown_price_needs_an_approval(run: RunRef, budget: Budget) -> None:
    """What may cost anything is not within a budget."""
    budget(BUDGET_RUN="1000000")
    change(run, training_base_model="gpt-9")

    outcome = call(admit_run, run)

    assert outcome.code == "budget"
    assert "not known (no price is known for training as GlobalStandard of gpt-9" in outcome.message


def test_month_counts_what_others_cost(run: RunRef, budget: Budget) -> None:
    """A hundred hours of another run leave 28 dollars of 228, not of 227."""
    spent_elsewhere(run, 100)
    budget(BUDGET_MONTH="227.99")
    above = call(admit_run, run)
    budget(BUDGET_MONTH="228")
    within = call(admit_run, run)

    assert above.code == "budget"
    assert "has cost $200.00; with this run's $28.00" in above.message
    assert within.result == "done"


def test_month_counts_what_was_let_in_before(run: RunRef, budget: Budget) -> None:
    """Two runs at once do not both take the last dollars."""
    other = replace(row(run), model="other", id="other-0123456789", phase=Phase.TRAINING)
    registry().insert(other)
    budget(BUDGET_MONTH="55.99")
    above = call(admit_run, run)
    budget(BUDGET_MONTH="56")

    assert above.code == "budget"
    assert "runs under way will cost $28.00" in above.message
    assert call(admit_run, run).result == "done"


def test_run_that_waits_for_its_own_approval_takes_nothing(run: RunRef, budget: Budget) -> None:
    """A dear run before it does not hold up a cheap one."""
    now = clock.now()
    other = replace(
        row(run), model="other", id="other-0123456789", phase=Phase.QUEUED
    ).with_admission(last_look=now)
    early = at("2026-01-01T00:00:00Z")
    registry().insert(other.with_admission(queued_since=early, waits_for="budget", waits_since=now))
    budget(BUDGET_MONTH="28")

    assert call(admit_run, run).result == "done"


def test_approval_has_a_deadline(run: RunRef, budget: Budget, advance: Advance) -> None:
    """After it the run ends, with what to do then; the time before the wait does not count."""
    budget(BUDGET_RUN="1", APPROVAL_DEADLINE="2d")
    advance(5 * DAY)
    first = call(admit_run, run)
    advance(6.9 * DAY)
    second = call(admit_run, run)
    advance(7.1 * DAY)
    last = call(admit_run, run)

    assert (first.result, second.result) == ("wait", "wait")
    assert (last.result, last.code) == ("refused", "not_approved")
    assert "within 2 days" in last.message


@pytest.fixture
def sleeper(run: RunRef) -> RunRef:
    """The same run, long trained and asleep."""
    paid = (TrainingCharge("ftjob-1", at("2026-01-01T00:00:00Z"), "GlobalStandard", 2_000_000),)
    change(
        run,
        phase="asleep",
        training_tuned_model="mine-1.ft-1",
        training_charges=paid,
        admission_approved="2026-01-01T00:00:00Z",
    )
    return run


def waking_run(run: str) -> Run:
    """The row of a run that somebody wants to wake."""
    return mark_waiting(wake.claim(run, "a test asked"))


def test_waking_within_the_month_is_not_held_up(sleeper: RunRef, budget: Budget) -> None:
    """Ten hours at two dollars; the training was paid for in another month."""
    budget(BUDGET_MONTH="20", BUDGET_RUN="1")

    assert waking_run(sleeper.run).awaits_approval is False


def test_waking_above_the_month_waits_for_approval(sleeper: RunRef, budget: Budget) -> None:
    """An approval of the training is none of this; the row says at once what is missing."""
    spent_elsewhere(sleeper, 100)
    budget(BUDGET_MONTH="219.99")

    run = waking_run(sleeper.run)
    outcome = call(create_deployment, run.ref)

    assert (run.phase, run.awaits_approval, run.admission.approved) == (
        "deploying",
        True,
        None,
    )
    assert "has cost $200.00; with this run's $20.00 (hosting $20.00)" in run.waiting
    assert f"POST runs/{sleeper.run}/approve" in run.waiting
    assert (outcome.result, outcome.code, outcome.unbounded) == ("wait", "budget", True)
    assert approval.approve(sleeper.run).awaits_approval is False
    # From here on only the service says no: the tuned model is none of its own.
    assert call(create_deployment, run.ref).code == "tuned_model_gone"


def test_waking_has_an_approval_deadline(sleeper: RunRef, budget: Budget, advance: Advance) -> None:
    """After it the version is asleep again, and the hint says how to ask again."""
    budget(BUDGET_MONTH="1", APPROVAL_DEADLINE="2d")
    run = waking_run(sleeper.run)
    advance(2.1 * DAY)

    outcome = call(create_deployment, run.ref)

    assert (outcome.result, outcome.code) == ("refused", "not_approved")
    assert "POST models/brolly/wake requests it again" in outcome.hint


def test_of_two_that_wake_the_first_takes_the_last_dollars(sleeper: RunRef, budget: Budget) -> None:
    """Each sees the other; they neither both wait nor both go on."""
    other = replace(row(sleeper), model="other", id="other-0123456789")
    registry().insert(other)
    for run in (sleeper.run, other.id):
        wake.claim(run, "a test asked")
    budget(BUDGET_MONTH="39")

    found = [check_wake_budget(registry().get(run)) for run in (sleeper.run, other.id)]

    assert found[0] is None
    assert found[1] is not None
    assert "runs under way will cost $20.00" in found[1].message


def test_version_that_is_deployed_again_is_not_held_up(sleeper: RunRef, budget: Budget) -> None:
    """What is there costs money whoever approves it."""
    run = wake.claim(sleeper.run, "a test asked")
    change(sleeper, deployment_name=sleeper.run)
    budget(BUDGET_MONTH="1")

    assert mark_waiting(registry().get(sleeper.run)).admission.waits_for == ""
    with pytest.raises(RequestError, match="does not wait for an approval"):
        approval.approve(run.id)
