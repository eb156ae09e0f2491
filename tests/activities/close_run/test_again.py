"""A run is closed once, whatever is repeated or lost."""

import pytest

from activities.close_run import close_run
from shared.registry.state import Phase
from shared.runs.orchestration import Outcome, RunRef
from tests.activities.calls import at_once, call, settle
from tests.activities.close_run import closing, left
from tests.activities.conftest import row
from tests.services import Emulator


def test_second_call_changes_nothing(training: RunRef) -> None:
    """A duplicate leaves the closed row as it is."""
    settle(close_run, closing(training))
    before = row(training)

    outcome = call(close_run, closing(training, "job_failed"))

    assert outcome == Outcome.done()
    assert row(training) == before


def test_duplicates_at_once_close_once(training: RunRef, emulator: Emulator) -> None:
    """Four at the same time end in one closed row with one line in its timeline."""
    at_once(close_run, closing(training))

    assert settle(close_run, closing(training)) == Outcome.done()
    assert left(emulator) == (["cancelled"], [])
    assert [line[0] for line in row(training).timeline].count(Phase.CANCELLED) == 1


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
    assert settle(close_run, closing(training)) == Outcome.done()
    assert left(emulator) == (["cancelled"], [])
