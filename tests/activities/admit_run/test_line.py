"""Who came first goes first, for each thing that is full."""

from activities.admit_run import admit_run
from shared.registry.state import Phase
from shared.runs.orchestration import RunRef
from tests.activities.admit_run import (
    DEPLOYMENTS,
    FILES,
    JOBS,
    MOST_FILES,
    Others,
    ago,
    deployment_of,
    file_of,
    job_of,
    listing,
)
from tests.activities.calls import call
from tests.activities.conftest import row
from tests.services import Emulator


def test_last_place_is_the_first_comer_s(
    received_run: RunRef, another: Others, emulator: Emulator
) -> None:
    """With one place left, a run that came before gets it, and the wait names it."""
    another(admission_waits_for="files_full")
    listing(emulator, FILES, [file_of(number, 1) for number in range(MOST_FILES - 1)])

    outcome = call(admit_run, received_run)

    assert (outcome.result, outcome.code) == ("wait", "files_full")
    assert "99 of 100 files, and 1 run before this one need some" in row(received_run).waiting


def test_who_waits_for_something_else_holds_up_nobody(
    received_run: RunRef, another: Others, emulator: Emulator
) -> None:
    """The line is one for each resource."""
    another(admission_waits_for="quota_full")
    listing(emulator, FILES, [file_of(number, 1) for number in range(MOST_FILES - 1)])

    assert call(admit_run, received_run).result == "done"


def test_later_run_waits_behind(received_run: RunRef, another: Others, emulator: Emulator) -> None:
    """A run that came later takes nothing from this one."""
    another(admission_queued_since=ago(-1))
    listing(emulator, FILES, [file_of(number, 1) for number in range(MOST_FILES - 1)])

    assert call(admit_run, received_run).result == "done"


def test_dead_run_holds_up_nobody(
    received_run: RunRef, another: Others, emulator: Emulator
) -> None:
    """A run that has not asked for many looks keeps no place: its orchestration is gone."""
    another(admission_last_look=ago(24))
    listing(emulator, FILES, [file_of(number, 1) for number in range(MOST_FILES - 1)])

    assert call(admit_run, received_run).result == "done"


def test_what_was_promised_is_taken(
    received_run: RunRef, another: Others, emulator: Emulator
) -> None:
    """A run that was let in has its place before its job or deployment is there."""
    another("one", admission_admitted=ago(0.1), admission_queued_since=ago(-1))
    another("two", phase=Phase.TRAINING)
    another(
        "three",
        phase=Phase.DEPLOYING,
        deployment_name="three-0123456789",
        training_tuned_model="m.ft-3",
    )
    another("four", phase=Phase.TRAINING, training_job_id="ftjob-4")
    listing(emulator, JOBS, [job_of(number, "pending") for number in range(18)])
    jobs_full = call(admit_run, received_run)
    emulator.control("reset")
    tuned = [deployment_of(f"t-{number}", "gpt-4.1-mini.ft-1") for number in range(6)]
    listing(emulator, DEPLOYMENTS, tuned)
    deployments_full = call(admit_run, received_run)

    assert jobs_full.code == "jobs_full"
    assert "18 of 20 jobs wait, 0 run, and 2 runs before" in jobs_full.message
    assert deployments_full.code == "deployments_full"
    assert "6 of 10 deployments of tuned models are in use, and 4 runs" in deployments_full.message
