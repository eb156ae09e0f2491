"""Closing: nothing goes on costing money, and the row says why the run ended."""

import pytest

from activities.close_run import close_run
from activities.create_deployment import create_deployment
from activities.train_model import train_model
from shared import clock, datasets, intake, waking
from shared.clients.deployments import deployments
from shared.pipeline import Closing, Outcome, Phase, RunRef
from shared.registry import registry
from shared.registry.rows import iso
from shared.waking import MODEL_GONE
from tests.activities.calls import at_once, call, settled
from tests.activities.conftest import Advance, change, row
from tests.container import Container
from tests.services import Emulator


def closing(ref: RunRef, code: str = "cancelled") -> Closing:
    """Why the run is closed."""
    return Closing(ref, code, f"It was {code}.", "Do something.")


def left(emulator: Emulator) -> tuple[list[str], list[str]]:
    """The states of all jobs, and the deployments but the base."""
    state = emulator.look("state")
    names = [one["name"] for one in state["deployments"] if one["name"] != "gpt-4.1-mini"]
    return [job["status"] for job in state["jobs"]], names


@pytest.fixture
def training(uploaded: RunRef, emulator: Emulator) -> RunRef:
    """A run whose job goes on for long."""
    emulator.control("transitions", {"job": "reads:1000", "queue": "immediate"})
    call(train_model, uploaded)
    return uploaded


@pytest.mark.parametrize(
    ("code", "phase"),
    [
        ("rejected", "rejected"),
        ("cancelled", "cancelled"),
        ("dataset_changed", "superseded"),
        ("job_failed", "failed"),
        ("anything", "failed"),
    ],
)
def test_reason_decides_the_phase(received: RunRef, code: str, phase: str) -> None:
    """The row has phase, code, message and hint of the reason."""
    outcome = settled(close_run, closing(received, code))

    now = row(received)
    assert outcome == Outcome.done()
    assert (now.phase, now.error_code) == (phase, code)
    assert (now.error_message, now.error_hint) == (f"It was {code}.", "Do something.")
    assert now.timeline[-1][0] == phase


def test_running_job_is_stopped(training: RunRef, emulator: Emulator) -> None:
    """The job is cancelled at the service, and the row knows that it is spent."""
    settled(close_run, closing(training))

    assert left(emulator) == (["cancelled"], [])
    assert (row(training).phase, row(training).job_status) == ("cancelled", "cancelled")
    assert row(training).spent_jobs == row(training).job


@pytest.mark.parametrize(("seen", "tokens"), [("running", [None]), ("pending", [])])
def test_stopped_job_costs_what_nobody_knows(
    training: RunRef, seen: str, tokens: list[int | None]
) -> None:
    """What was trained until then is billed, and not told; one that never began is free."""
    change(training, job_status=seen)

    settled(close_run, closing(training))

    assert [line[3] for line in row(training).trainings] == tokens


def test_job_that_ended_well_meanwhile_is_paid_for(trained: RunRef) -> None:
    """A run that is cancelled just then has cost its training all the same."""
    change(trained, trainings=())

    settled(close_run, closing(trained))

    assert [line[3] for line in row(trained).trainings] == [row(trained).trained_tokens]


def test_job_that_the_row_does_not_know_is_stopped(training: RunRef, emulator: Emulator) -> None:
    """A job whose answer was lost is found by its file."""
    change(training, job="", job_claim="")

    settled(close_run, closing(training))

    assert left(emulator) == (["cancelled"], [])


def test_job_that_may_be_on_its_way_is_waited_for(
    uploaded: RunRef, emulator: Emulator, advance: Advance
) -> None:
    """While another worker may be creating the job, the run is not closed."""
    change(uploaded, job_claim=iso(clock.now()))

    early = call(close_run, closing(uploaded))
    advance(130)
    late = settled(close_run, closing(uploaded))

    assert (early.result, early.code) == ("wait", "job_claimed")
    assert late == Outcome.done()
    assert row(uploaded).phase == "cancelled"


def test_finished_job_is_kept_for_the_next_try(trained: RunRef, emulator: Emulator) -> None:
    """A model that is paid for is no waste: the row keeps job and model."""
    before = row(trained)

    settled(close_run, closing(trained))

    now = row(trained)
    assert left(emulator) == (["succeeded"], [])
    assert (now.job, now.tuned_model, now.spent_jobs) == (before.job, before.tuned_model, "")


def test_deployment_is_deleted(deployed: RunRef, emulator: Emulator) -> None:
    """The deployment goes before the row is closed."""
    settled(close_run, closing(deployed))

    assert left(emulator) == (["succeeded"], [])
    assert (row(deployed).phase, row(deployed).deployment) == ("cancelled", "")


def test_deployment_that_is_being_created_is_waited_for(
    trained: RunRef, emulator: Emulator
) -> None:
    """Resource Manager refuses to delete what it creates; that is waited out, and told."""
    emulator.control("transitions", {"deployment": "reads:4"})
    call(create_deployment, trained)

    outcome = call(close_run, closing(trained))

    assert outcome.result == "wait"
    assert row(trained).waiting
    assert settled(close_run, closing(trained)) == Outcome.done()
    assert left(emulator) == (["succeeded"], [])


def test_foreign_deployment_is_not_deleted(trained: RunRef, emulator: Emulator) -> None:
    """A deployment of this name that the run did not make stays."""
    deployments().put(trained.run, model="gpt-4.1-mini-2025-04-14", sku="Standard", capacity=1)
    refused = settled(create_deployment, trained)

    settled(close_run, closing(trained, refused.code))

    assert left(emulator)[1] == [trained.run]
    assert row(trained).phase == "failed"


def test_second_call_changes_nothing(training: RunRef) -> None:
    """A duplicate leaves the closed row as it is."""
    settled(close_run, closing(training))
    before = row(training)

    outcome = call(close_run, closing(training, "job_failed"))

    assert outcome == Outcome.done()
    assert row(training) == before


def test_duplicates_at_once_close_once(training: RunRef, emulator: Emulator) -> None:
    """Four at the same moment end in one closed row with one line in its timeline."""
    at_once(close_run, closing(training))

    assert settled(close_run, closing(training)) == Outcome.done()
    assert left(emulator) == (["cancelled"], [])
    assert [line[0] for line in row(training).timeline].count("cancelled") == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"method": "POST", "path": "*/cancel", "when": "after", "reset": True},
        {"method": "POST", "path": "*/cancel", "status": 500},
        {"method": "GET", "path": "*/fine_tuning/jobs", "status": 429},
    ],
)
def test_answer_that_fails_is_waited_out(
    training: RunRef, emulator: Emulator, fault: dict[str, object]
) -> None:
    """Whatever is lost while the job is stopped, in the end it is stopped and the row closed."""
    emulator.control("faults", fault)

    first = call(close_run, closing(training))

    assert first.result == "wait"
    assert settled(close_run, closing(training)) == Outcome.done()
    assert left(emulator) == (["cancelled"], [])


def test_refusal_does_not_close_what_still_costs(deployed: RunRef, emulator: Emulator) -> None:
    """If the app may not delete, the run stays open and says what is in the way."""
    body = {"error": {"code": "AuthorizationFailed", "message": "You may not."}}
    emulator.control(
        "faults", {"method": "DELETE", "path": "*/deployments/*", "status": 403, "body": body}
    )

    outcome = call(close_run, closing(deployed))

    assert (outcome.result, outcome.code) == ("wait", "AuthorizationFailed")
    assert row(deployed).phase == "deploying"
    assert "You may not." in row(deployed).waiting
    assert settled(close_run, closing(deployed)) == Outcome.done()
    assert left(emulator)[1] == []


@pytest.mark.parametrize("code", ["stale", "closed"])
def test_duplicate_s_ending_closes_nothing(training: RunRef, emulator: Emulator, code: str) -> None:
    """What was turned away as a duplicate must not close the run that is at work."""
    outcome = call(close_run, closing(training, code))

    assert outcome == Outcome.done()
    assert left(emulator)[0] == ["running"]
    assert row(training).phase == "training"


def test_ending_of_an_earlier_try_closes_nothing(training: RunRef, emulator: Emulator) -> None:
    """The end of an earlier try leaves the present one alone."""
    change(training, attempt=2)

    outcome = call(close_run, closing(training))

    assert outcome == Outcome.done()
    assert left(emulator)[0] == ["running"]


def test_run_without_a_row_is_closed(app: dict[str, str]) -> None:
    """A run whose row was deleted leaves nothing to close."""
    outcome = call(close_run, closing(RunRef(run="a-0123456789", model="a")))

    assert outcome.result == "done"


@pytest.mark.parametrize(
    ("code", "phase", "failed"),
    [("cancelled", "asleep", True), ("deadline", "asleep", True), (MODEL_GONE, "failed", True)],
)
def test_waking_that_ends_early(
    serving: RunRef, emulator: Emulator, code: str, phase: str, failed: bool
) -> None:
    """A woken version is back where it was, without a deployment; its training is untouched."""
    change(serving, phase=Phase.ASLEEP)
    ref = waking.claim(serving.run, "a test asked").ref
    before = row(ref)

    assert settled(close_run, closing(ref, code)) == Outcome.done()

    now = row(ref)
    assert (now.phase, now.error_code, now.waking) == (phase, code, "")
    assert bool(now.wake_failed) == failed
    assert (now.job, now.tuned_model, now.spent_jobs) == (before.job, before.tuned_model, "")
    assert left(emulator) == (["succeeded"], [])


def test_model_that_is_gone_is_trained_anew(serving: RunRef, container: Container) -> None:
    """After its model was lost, the same bytes dropped again are trained again."""
    change(serving, phase=Phase.ASLEEP)
    ref = waking.claim(serving.run, "a test asked").ref
    job = row(ref).job
    settled(close_run, closing(ref, MODEL_GONE))
    name = datasets.parse("travel.jsonl")
    assert name is not None
    registry().claim(ref.model, name.content_id(row(ref).sha256), ref.run)
    container.put(name.blob)

    again = intake.receive("travel.jsonl")

    now = row(ref)
    assert (again.start, again.ref) == (True, now.ref)
    assert (now.phase, now.attempt, now.job, now.tuned_model) == ("received", 3, "", "")
    assert now.spent_jobs == job
