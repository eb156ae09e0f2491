"""A job that failed or was cancelled ends its try, and no other."""

from activities.train_model import train_model
from shared.clients.jobs import jobs
from shared.runs.orchestration import RunRef
from tests.activities.calls import call, settle
from tests.activities.conftest import change, row
from tests.activities.train_model import CREATE, mark_job, states
from tests.container import Container
from tests.services import Emulator


def test_failed_job_ends_the_run(
    app: dict[str, str], container: Container, emulator: Emulator
) -> None:
    """A job that fails is a refusal with the service's reason; no other is created."""
    ref = mark_job(container, "emulator:fail-rai")

    outcome = settle(train_model, ref)

    assert (outcome.result, outcome.code) == ("refused", "job_failed")
    assert row(ref).training.job_id in outcome.message
    assert states(emulator) == ["failed"]


def test_failed_job_whose_answer_was_lost_is_not_paid_for_again(
    app: dict[str, str], container: Container, emulator: Emulator
) -> None:
    """A job that failed before anybody saw its answer is this try's job all the same."""
    ref = mark_job(container, "emulator:fail-rai")
    emulator.control("faults", {**CREATE, "when": "after", "reset": True})
    call(train_model, ref)

    outcome = call(train_model, ref)

    assert (outcome.result, outcome.code) == ("refused", "job_failed")
    assert states(emulator) == ["failed"]


def test_job_of_an_earlier_try_is_left_alone(uploaded_run: RunRef, emulator: Emulator) -> None:
    """A next try trains again where the job of an earlier one did not succeed."""
    emulator.control("transitions", {"job": "reads:20"})
    call(train_model, uploaded_run)
    old = row(uploaded_run).training.job_id
    jobs().cancel(old)
    change(
        uploaded_run,
        training_job_id="",
        training_job_claimed=None,
        training_spent_jobs=("ftjob-older", old),
    )
    emulator.control("transitions", {"job": "immediate"})

    outcome = settle(train_model, uploaded_run)

    assert outcome.result == "done"
    assert row(uploaded_run).training.job_id != old
    assert states(emulator) == ["cancelled", "succeeded"]


def test_job_that_somebody_cancelled_ends_the_run(uploaded_run: RunRef, emulator: Emulator) -> None:
    """A job that was cancelled at the service is not paid for again."""
    emulator.control("transitions", {"job": "reads:20"})
    call(train_model, uploaded_run)
    jobs().cancel(row(uploaded_run).training.job_id)

    outcome = call(train_model, uploaded_run)

    assert (outcome.result, outcome.code) == ("refused", "job_cancelled")
    assert states(emulator) == ["cancelled"]
