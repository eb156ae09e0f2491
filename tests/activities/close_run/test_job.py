"""What becomes of the run's job, and what it has cost."""

import pytest

from activities.close_run import close_run
from shared import clock
from shared.runs.orchestration import Outcome, RunRef
from tests.activities.calls import call, settle
from tests.activities.close_run import closing, left
from tests.activities.conftest import Advance, change, row
from tests.services import Emulator


def test_running_job_is_stopped(training: RunRef, emulator: Emulator) -> None:
    """The job is cancelled at the service, and the row knows that it is spent."""
    settle(close_run, closing(training))

    assert left(emulator) == (["cancelled"], [])
    assert (row(training).phase, row(training).training.job_status) == ("cancelled", "cancelled")
    assert row(training).training.spent_jobs == (row(training).training.job_id,)


@pytest.mark.parametrize(("seen", "tokens"), [("running", [None]), ("pending", [])])
def test_stopped_job_costs_what_nobody_knows(
    training: RunRef, seen: str, tokens: list[int | None]
) -> None:
    """What was trained until then is billed, and not reported; one that never began is free."""
    change(training, training_job_status=seen)

    settle(close_run, closing(training))

    assert [line[3] for line in row(training).training.charges] == tokens


def test_job_that_ended_well_meanwhile_is_paid_for(trained_run: RunRef) -> None:
    """A run that is cancelled just then has cost its training all the same."""
    change(trained_run, training_charges=())

    settle(close_run, closing(trained_run))

    assert [line[3] for line in row(trained_run).training.charges] == [
        row(trained_run).training.trained_tokens
    ]


def test_job_that_the_row_does_not_know_is_stopped(training: RunRef, emulator: Emulator) -> None:
    """A job whose answer was lost is found by its file."""
    change(training, training_job_id="", training_job_claimed=None)

    settle(close_run, closing(training))

    assert left(emulator) == (["cancelled"], [])


def test_job_that_may_be_on_its_way_is_waited_for(
    uploaded_run: RunRef, emulator: Emulator, advance: Advance
) -> None:
    """While another worker may be creating the job, the run is not closed."""
    change(uploaded_run, training_job_claimed=clock.now())

    early = call(close_run, closing(uploaded_run))
    advance(130)
    late = settle(close_run, closing(uploaded_run))

    assert (early.result, early.code) == ("wait", "job_claimed")
    assert late == Outcome.done()
    assert row(uploaded_run).phase == "cancelled"


def test_finished_job_is_kept_for_the_next_try(trained_run: RunRef, emulator: Emulator) -> None:
    """A model that is paid for is no waste: the row keeps job and model."""
    before = row(trained_run)

    settle(close_run, closing(trained_run))

    now = row(trained_run)
    assert left(emulator) == (["succeeded"], [])
    assert (now.training.job_id, now.training.tuned_model, now.training.spent_jobs) == (
        before.training.job_id,
        before.training.tuned_model,
        (),
    )
