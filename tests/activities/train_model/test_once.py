"""No training is paid for twice, whatever is repeated or lost."""

import pytest

from activities.train_model import train_model
from shared import clock
from shared.clients.jobs import jobs
from shared.runs.orchestration import RunRef
from tests.activities.calls import at_once, call, settle
from tests.activities.conftest import Advance, change, job_request, row
from tests.activities.train_model import CREATE, states
from tests.services import Emulator

AGE = 130.0  # seconds; a little more than CLAIM_AGE


def count_paid_jobs(emulator: Emulator) -> int:
    """How many jobs run or have succeeded."""
    return sum(state not in ("failed", "cancelled") for state in states(emulator))


def test_second_call_creates_nothing(trained_run: RunRef, emulator: Emulator) -> None:
    """A duplicate of a finished training finds its job."""
    outcome = call(train_model, trained_run)

    assert outcome.result == "done"
    assert states(emulator) == ["succeeded"]


def test_duplicates_at_once_pay_once(uploaded_run: RunRef, emulator: Emulator) -> None:
    """Four at the same time create one job; the others wait for it."""
    emulator.control("faults", {**CREATE, "delay": 0.2, "times": 0})

    at_once(train_model, uploaded_run)

    assert settle(train_model, uploaded_run).result == "done"
    assert states(emulator) == ["succeeded"]


@pytest.mark.parametrize("kind", [{"reset": True}, {"status": 500}, {"status": 504}])
def test_lost_answer_is_found_again(
    uploaded_run: RunRef, emulator: Emulator, kind: dict[str, object]
) -> None:
    """A job whose answer was lost is adopted at the next look, and not paid for again."""
    emulator.control("faults", {**CREATE, "when": "after", **kind})

    first = call(train_model, uploaded_run)

    assert first.result == "wait"
    assert settle(train_model, uploaded_run).result == "done"
    assert states(emulator) == ["succeeded"]


def test_failure_without_effect_is_tried_again_after_a_while(
    uploaded_run: RunRef, emulator: Emulator, advance: Advance
) -> None:
    """After a 500 nobody knows if a job began, so the next one is created only after CLAIM_AGE."""
    emulator.control("faults", {**CREATE, "status": 500})
    call(train_model, uploaded_run)

    early = call(train_model, uploaded_run)
    advance(AGE)
    late = settle(train_model, uploaded_run)

    assert (early.result, early.code) == ("wait", "job_claimed")
    assert late.result == "done"
    assert states(emulator) == ["succeeded"]


def test_rate_limit_is_waited_out_as_long_as_it_says(
    uploaded_run: RunRef, emulator: Emulator
) -> None:
    """429 created nothing: the wait is the service's, and the claim is free at once."""
    emulator.control("faults", {**CREATE, "status": 429, "headers": {"retry-after": "41"}})

    outcome = call(train_model, uploaded_run)

    assert (outcome.result, outcome.retry_after) == ("wait", 41)
    assert row(uploaded_run).training.job_claimed is None
    assert settle(train_model, uploaded_run).result == "done"


def test_worker_that_died_is_replaced(
    uploaded_run: RunRef, emulator: Emulator, advance: Advance
) -> None:
    """A claim whose writer created nothing is given up after CLAIM_AGE."""
    change(uploaded_run, training_job_claimed=clock.now())

    early = call(train_model, uploaded_run)
    advance(AGE)
    late = settle(train_model, uploaded_run)

    assert early.code == "job_claimed"
    assert late.result == "done"
    assert states(emulator) == ["succeeded"]


def test_second_job_is_cancelled(uploaded_run: RunRef, emulator: Emulator) -> None:
    """Where two jobs came to be, the older goes on and the younger is cancelled."""
    emulator.control("transitions", {"job": "reads:20", "queue": "reads:1"})
    now = row(uploaded_run)
    request = job_request(now)
    for _ in range(2):
        jobs().create(request)
    first, second = (job.id for job in jobs().find(now.training.file))

    call(train_model, uploaded_run)

    assert row(uploaded_run).training.job_id == first
    assert {job["id"]: job["status"] for job in emulator.look("state")["jobs"]}[second] == (
        "cancelled"
    )
    assert count_paid_jobs(emulator) == 1


def test_finished_job_is_taken_before_a_running_one(
    uploaded_run: RunRef, emulator: Emulator
) -> None:
    """A training that is paid for and done is used, even if an unneeded one is older."""
    now = row(uploaded_run)
    request = job_request(now)
    emulator.control("transitions", {"job": "seconds:600", "queue": "immediate"})
    slow = jobs().create(request).id
    emulator.control("transitions", {"job": "immediate"})
    fast = jobs().create(request).id

    settle(train_model, uploaded_run)

    found = {job["id"]: job["status"] for job in emulator.look("state")["jobs"]}
    assert row(uploaded_run).training.job_id == fast
    assert found == {slow: "cancelled", fast: "succeeded"}
