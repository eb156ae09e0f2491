"""What the service can be full of: files, bytes, jobs, deployments."""

from activities.admit_run import admit_run
from shared.runs.orchestration import RunRef
from tests.activities.admit_run import (
    DEPLOYMENTS,
    FILES,
    JOBS,
    MOST_BYTES,
    MOST_FILES,
    deployment_of,
    file_of,
    job_of,
    listing,
)
from tests.activities.calls import call
from tests.activities.conftest import change, row
from tests.services import Emulator


def test_hundred_files_are_full(received_run: RunRef, emulator: Emulator) -> None:
    """The hundredth file leaves no room; the row says so and what to do."""
    listing(emulator, FILES, [file_of(number, 1) for number in range(MOST_FILES)])

    outcome = call(admit_run, received_run)

    assert (outcome.result, outcome.code) == ("wait", "files_full")
    assert row(received_run).waiting == (
        "The resource has 100 of 100 files. Delete files that no job needs."
    )


def test_bytes_count_with_this_run_s_own(received_run: RunRef, emulator: Emulator) -> None:
    """A file that would not fit beside the others waits, one that just fits does not."""
    size = row(received_run).dataset.size

    listing(emulator, FILES, [file_of(1, MOST_BYTES - size + 1)])
    above = call(admit_run, received_run)
    emulator.control("reset")
    listing(emulator, FILES, [file_of(1, MOST_BYTES - size)])
    below = call(admit_run, received_run)

    assert (above.result, above.code) == ("wait", "bytes_full")
    assert below.result == "done"


def test_uploaded_run_needs_no_room_for_files(uploaded_run: RunRef, emulator: Emulator) -> None:
    """A run whose files lie there from an earlier try does not wait for room for them."""
    change(uploaded_run, phase="queued")
    listing(emulator, FILES, [file_of(number, 1) for number in range(MOST_FILES)])

    assert call(admit_run, uploaded_run).result == "done"


def test_full_queue_waits(received_run: RunRef, emulator: Emulator) -> None:
    """Twenty waiting jobs are full; jobs that run, have ended or are paused do not count."""
    others = ["running", "succeeded", "failed", "cancelled", "paused"] * 10
    rows = [job_of(number, status) for number, status in enumerate(["pending"] * 19 + others)]

    listing(emulator, JOBS, rows)
    nineteen = call(admit_run, received_run)
    change(received_run, admission_admitted=None)
    emulator.control("reset")
    listing(emulator, JOBS, [*rows, job_of(99, "queued")])
    twenty = call(admit_run, received_run)

    assert nineteen.result == "done"
    assert (twenty.result, twenty.code) == ("wait", "jobs_full")
    assert "20 jobs wait, 10 run" in row(received_run).waiting


def test_ten_deployments_of_tuned_models_are_full(received_run: RunRef, emulator: Emulator) -> None:
    """Ten tuned deployments of others wait; base models and the run's own do not count."""
    tuned = [deployment_of(f"other-{number}", "gpt-4.1-mini.ft-1") for number in range(9)]
    free = [deployment_of("base", "gpt-4.1-mini"), deployment_of(received_run.run, "gpt-4.1.ft-2")]

    listing(emulator, DEPLOYMENTS, tuned + free)
    nine = call(admit_run, received_run)
    change(received_run, admission_admitted=None)
    emulator.control("reset")
    listing(emulator, DEPLOYMENTS, [*tuned, deployment_of("tenth", "gpt-4.1.ft-3")])
    ten = call(admit_run, received_run)

    assert nine.result == "done"
    assert (ten.result, ten.code) == ("wait", "deployments_full")
    assert "tenth" in row(received_run).waiting


def test_hundred_jobs_are_all_that_a_resource_has(received_run: RunRef, emulator: Emulator) -> None:
    """Jobs cannot be deleted, so the hundredth is the last, and the wait says what helps."""
    listing(emulator, JOBS, [job_of(number, "succeeded") for number in range(100)])

    outcome = call(admit_run, received_run)

    assert (outcome.code, outcome.message) == (
        "jobs_used_up",
        "The resource has had 100 of 100 jobs.",
    )
    assert "another resource" in outcome.hint
