"""The reason decides how a run ends, and whether it ends at all."""

import pytest

from activities.close_run import close_run
from shared.runs.orchestration import Outcome, RunRef
from tests.activities.calls import call, settle
from tests.activities.close_run import closing, left
from tests.activities.conftest import change, row
from tests.services import Emulator


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
def test_reason_decides_the_phase(received_run: RunRef, code: str, phase: str) -> None:
    """The row has phase, code, message and hint of the reason."""
    outcome = settle(close_run, closing(received_run, code))

    now = row(received_run)
    assert outcome == Outcome.done()
    assert (now.phase, now.error.code) == (phase, code)
    assert (now.error.message, now.error.hint) == (f"It was {code}.", "Do something.")
    assert now.timeline[-1][0] == phase


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
