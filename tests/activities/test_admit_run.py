"""Admission: a full service is waited out, with what it is full of in the row."""

from activities import admit_run as module
from activities.admit_run import admit_run
from shared import intake
from shared.pipeline import Outcome, RunRef
from tests.activities.calls import call
from tests.activities.conftest import change, row
from tests.services import Emulator

FILES = {"method": "GET", "path": "*/files", "times": 0}
JOBS = {"method": "GET", "path": "*/fine_tuning/jobs", "times": 0}
DEPLOYMENTS = {"method": "GET", "path": "*/deployments", "times": 0}


def file_of(number: int, size: int) -> dict[str, object]:
    """A file as the service lists it."""
    about = {"id": f"file-{number}", "object": "file", "filename": f"{number}.jsonl"}
    return {**about, "bytes": size, "created_at": 1, "purpose": "fine-tune", "status": "processed"}


def job_of(number: int, status: str) -> dict[str, object]:
    """A job as the service lists it."""
    about = {"id": f"ftjob-{number}", "object": "fine_tuning.job", "model": "m", "created_at": 1}
    return {**about, "status": status, "training_file": "file-1", "result_files": []}


def deployment_of(name: str, model: str) -> dict[str, object]:
    """A deployment as Resource Manager lists it."""
    return {"name": name, "properties": {"model": {"name": model, "format": "OpenAI"}}}


def listing(emulator: Emulator, fault: dict[str, object], rows: list[dict[str, object]]) -> None:
    """Let the service list `rows`."""
    body = {"object": "list", "data": rows, "value": rows, "has_more": False}
    emulator.control("faults", {**fault, "status": 200, "body": body})


def test_empty_resource_has_room(received: RunRef) -> None:
    """With nothing at the service the run goes on, queued until then."""
    outcome = call(admit_run, received)

    assert outcome == Outcome.done("There is room.")
    assert row(received).phase == "queued"


def test_hundred_files_are_full(received: RunRef, emulator: Emulator) -> None:
    """The hundredth file leaves no room; the row says so and what to do."""
    listing(emulator, FILES, [file_of(number, 1) for number in range(module.FILES)])

    outcome = call(admit_run, received)

    assert (outcome.result, outcome.code) == ("wait", "files_full")
    assert row(received).waiting == (
        "The resource has 100 of 100 files. Delete files that no job needs."
    )


def test_bytes_count_with_this_run_s_own(received: RunRef, emulator: Emulator) -> None:
    """A file that would not fit beside the others waits, one that just fits does not."""
    size = row(received).size

    listing(emulator, FILES, [file_of(1, module.BYTES - size + 1)])
    above = call(admit_run, received)
    emulator.control("reset")
    listing(emulator, FILES, [file_of(1, module.BYTES - size)])
    below = call(admit_run, received)

    assert (above.result, above.code) == ("wait", "bytes_full")
    assert below.result == "done"


def test_uploaded_run_needs_no_room_for_files(uploaded: RunRef, emulator: Emulator) -> None:
    """A run whose files lie there from an earlier try does not wait for room for them."""
    change(uploaded, phase="queued")
    listing(emulator, FILES, [file_of(number, 1) for number in range(module.FILES)])

    assert call(admit_run, uploaded).result == "done"


def test_full_queue_waits(received: RunRef, emulator: Emulator) -> None:
    """Twenty waiting jobs are full; jobs that run, have ended or are paused do not count."""
    others = ["running", "succeeded", "failed", "cancelled", "paused"] * 10
    rows = [job_of(number, status) for number, status in enumerate(["pending"] * 19 + others)]

    listing(emulator, JOBS, rows)
    nineteen = call(admit_run, received)
    emulator.control("reset")
    listing(emulator, JOBS, [*rows, job_of(99, "queued")])
    twenty = call(admit_run, received)

    assert nineteen.result == "done"
    assert (twenty.result, twenty.code) == ("wait", "jobs_full")
    assert "20 jobs wait, 10 run" in row(received).waiting


def test_ten_deployments_of_tuned_models_are_full(received: RunRef, emulator: Emulator) -> None:
    """Ten tuned deployments of others wait; base models and the run's own do not count."""
    tuned = [deployment_of(f"other-{number}", "gpt-4.1-mini.ft-1") for number in range(9)]
    free = [deployment_of("base", "gpt-4.1-mini"), deployment_of(received.run, "gpt-4.1.ft-2")]

    listing(emulator, DEPLOYMENTS, tuned + free)
    nine = call(admit_run, received)
    emulator.control("reset")
    listing(emulator, DEPLOYMENTS, [*tuned, deployment_of("tenth", "gpt-4.1.ft-3")])
    ten = call(admit_run, received)

    assert nine.result == "done"
    assert (ten.result, ten.code) == ("wait", "deployments_full")
    assert "tenth" in row(received).waiting


def test_run_with_a_job_was_admitted(received: RunRef, emulator: Emulator) -> None:
    """What was admitted before is not held back by what came later."""
    change(received, job="ftjob-1")
    listing(emulator, FILES, [file_of(number, 1) for number in range(module.FILES)])

    assert call(admit_run, received).result == "done"


def test_outage_is_waited_out(received: RunRef, emulator: Emulator) -> None:
    """A service that cannot be asked is a wait with its reason, not a failure."""
    emulator.control("faults", {**JOBS, "status": 503})

    outcome = call(admit_run, received)

    assert outcome.result == "wait"
    assert "HTTP 503" in row(received).waiting


def test_cancelled_run_is_not_admitted(received: RunRef) -> None:
    """A run that waits for room can be cancelled."""
    intake.request_cancel(received.run)

    assert call(admit_run, received).code == "cancelled"
