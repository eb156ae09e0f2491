"""A job is created, waited for and kept."""

from activities.train_model import train_model
from shared.runs import cancellation
from shared.runs.orchestration import RunRef
from tests.activities.calls import call, settle
from tests.activities.conftest import row
from tests.activities.train_model import states
from tests.services import Emulator


def test_job_is_created_and_kept(uploaded_run: RunRef, emulator: Emulator) -> None:
    """The job succeeds, and the row knows the job, its model and its tokens."""
    outcome = settle(train_model, uploaded_run)

    job = emulator.look("state")["jobs"][0]
    now = row(uploaded_run)
    assert outcome.result == "done"
    assert (now.training.job_id, now.training.job_status) == (job["id"], "succeeded")
    assert now.training.tuned_model == job["fine_tuned_model"]
    assert now.training.trained_tokens == job["trained_tokens"] > 0
    assert (job["training_file"], job["metadata"]) == (
        now.training.file,
        {"tunedrop_run": uploaded_run.run},
    )


def test_running_job_is_waited_for(uploaded_run: RunRef, emulator: Emulator) -> None:
    """A job that runs is a wait that names it, however often it is looked at."""
    emulator.control("transitions", {"job": "reads:3", "queue": "reads:1"})

    outcome = call(train_model, uploaded_run)

    assert (outcome.result, outcome.code) == ("wait", "training")
    assert row(uploaded_run).training.job_id in row(uploaded_run).waiting
    assert settle(train_model, uploaded_run).result == "done"
    assert states(emulator) == ["succeeded"]


def test_cancelled_run_creates_no_job(uploaded_run: RunRef, emulator: Emulator) -> None:
    """A request to cancel is seen before a job is paid for."""
    cancellation.request_cancel(uploaded_run.run)

    assert call(train_model, uploaded_run).code == "cancelled"
    assert states(emulator) == []


def test_service_s_estimate_sets_the_next_look(uploaded_run: RunRef, emulator: Emulator) -> None:
    """Where the service says when a job ends, the wait is that long, but at most POLL_MAX."""
    emulator.control("transitions", {"job": "seconds:7200", "queue": "immediate"})
    call(train_model, uploaded_run)

    outcome = call(train_model, uploaded_run)

    job = emulator.look("state")["jobs"][0]
    assert job["estimated_finish"]
    assert outcome.retry_after == 600
