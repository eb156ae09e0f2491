"""A run is let in once, and an outage or a request to cancel is none of its faults."""

from activities.admit_run import admit_run
from shared.runs import cancellation
from shared.runs.orchestration import Outcome, RunRef
from tests.activities.admit_run import FILES, JOBS, MOST_FILES, file_of, job_of, listing
from tests.activities.calls import call
from tests.activities.conftest import change, row
from tests.services import Emulator


def test_empty_resource_has_room(received_run: RunRef) -> None:
    """With nothing at the service the run goes on, queued until then."""
    outcome = call(admit_run, received_run)

    assert outcome == Outcome.done("There is room.")
    assert row(received_run).phase == "queued"


def test_run_with_a_job_was_admitted(received_run: RunRef, emulator: Emulator) -> None:
    """What was admitted before is not held back by what came later."""
    change(received_run, training_job_id="ftjob-1")
    listing(emulator, FILES, [file_of(number, 1) for number in range(MOST_FILES)])

    assert call(admit_run, received_run).result == "done"


def test_outage_is_waited_out(received_run: RunRef, emulator: Emulator) -> None:
    """A service that cannot be asked is a wait with its reason, not a failure."""
    emulator.control("faults", {**JOBS, "status": 503})

    outcome = call(admit_run, received_run)

    assert outcome.result == "wait"
    assert "HTTP 503" in row(received_run).waiting


def test_cancelled_run_is_not_admitted(received_run: RunRef) -> None:
    """A run that waits for room can be cancelled."""
    cancellation.request_cancel(received_run.run)

    assert call(admit_run, received_run).code == "cancelled"


def test_wait_says_since_when(received_run: RunRef, emulator: Emulator) -> None:
    """Looks at the same full thing keep the time of the first; another one starts over."""
    listing(emulator, FILES, [file_of(number, 1) for number in range(MOST_FILES)])
    call(admit_run, received_run)
    first = row(received_run)
    call(admit_run, received_run)
    second = row(received_run)
    emulator.control("reset")
    listing(emulator, JOBS, [job_of(number, "pending") for number in range(20)])
    call(admit_run, received_run)

    assert (first.admission.waits_for, second.admission.waits_for) == ("files_full", "files_full")
    assert second.admission.waits_since == first.admission.waits_since is not None
    assert first.admission.last_look is not None
    assert second.admission.last_look is not None
    assert second.admission.last_look > first.admission.last_look
    assert second.admission.queued_since == first.admission.queued_since
    assert row(received_run).admission.waits_for == "jobs_full"
    third = row(received_run).admission.waits_since
    assert third is not None
    assert second.admission.waits_since is not None
    assert third > second.admission.waits_since


def test_admission_is_kept(received_run: RunRef, emulator: Emulator) -> None:
    """A duplicate that comes after the run was let in asks nothing again."""
    call(admit_run, received_run)
    listing(emulator, FILES, [file_of(number, 1) for number in range(MOST_FILES)])

    assert call(admit_run, received_run).result == "done"
    assert row(received_run).admission.admitted
    assert row(received_run).admission.waits_for == ""
