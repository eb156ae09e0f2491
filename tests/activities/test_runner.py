"""What every activity does around its own work."""

from dataclasses import replace
from datetime import timedelta

import pytest

from activities._runner import step
from shared import clock
from shared.errors import RequestError, ServiceError
from shared.registry import Run
from shared.registry.state import Phase
from shared.runs import cancellation
from shared.runs.orchestration import Outcome, RunRef
from tests.activities.calls import Activity, call
from tests.activities.conftest import change, row
from tests.container import Container
from tests.dataset import DATASET


def activity(answer: Outcome | Exception, phase: Phase = Phase.UPLOADING) -> Activity:
    """An activity whose own work gives or raises `answer`."""

    @step(phase)
    def work(run: Run) -> Outcome:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return work


def test_work_begins_in_its_phase(received_run: RunRef) -> None:
    """The row is moved to the phase, with a line in its timeline, once."""
    for _ in range(2):
        assert call(activity(Outcome.done()), received_run) == Outcome.done()

    assert row(received_run).phase == "uploading"
    assert [line[0] for line in row(received_run).timeline] == ["received", "uploading"]


def test_reason_to_wait_is_in_the_row(received_run: RunRef) -> None:
    """What an activity waits for can be read in the row, until the run goes on."""
    waiting = Outcome.wait("full", "It is full.", hint="Make room.", retry_after=7)

    outcome = call(activity(waiting), received_run)
    text = row(received_run).waiting
    call(activity(Outcome.done(), Phase.TRAINING), received_run)

    assert outcome == waiting
    assert text == "It is full. Make room."
    assert row(received_run).waiting == ""


def test_late_reason_of_an_earlier_phase_is_not_in_the_row(received_run: RunRef) -> None:
    """A duplicate that still waits when its run has gone on does not say what the run waits for."""

    @step(Phase.UPLOADING)
    def wait_late(run: Run) -> Outcome:
        change(received_run, phase=Phase.TRAINING)
        return Outcome.wait("files_processing", "The service processes a file.")

    call(wait_late, received_run)

    assert (row(received_run).phase, row(received_run).waiting) == ("training", "")


def test_same_reason_is_written_once(received_run: RunRef) -> None:
    """Looking again for the same reason does not change the row."""
    looking = activity(Outcome.wait("full", "It is full."))
    call(looking, received_run)
    before = row(received_run)

    call(looking, received_run)

    assert row(received_run) == before


def test_error_that_can_be_waited_out_is_a_wait(received_run: RunRef) -> None:
    """A retryable error becomes a wait with the service's own time and reason."""
    error = ServiceError("busy", "Too many.", hint="Wait.", retryable=True, retry_after=11)

    outcome = call(activity(error), received_run)

    assert outcome == Outcome.wait("busy", "Too many.", hint="Wait.", retry_after=11)
    assert row(received_run).waiting == "Too many. Wait."


@pytest.mark.parametrize(
    "error", [ServiceError("gone", "No.", hint="Look."), RequestError("gone", "No.", hint="Look.")]
)
def test_error_that_lasts_is_a_refusal(received_run: RunRef, error: Exception) -> None:
    """Any other error of the tree refuses, with code, message and hint."""
    assert call(activity(error), received_run) == Outcome.refuse("gone", "No.", hint="Look.")


DENIED = ServiceError("PermissionDenied", "No.", hint="Give a role.", status=403, denied=True)


def test_missing_role_is_waited_for_a_while(
    received_run: RunRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A role that was just given counts after minutes; one that never comes ends the run."""
    first, begun = call(activity(DENIED), received_run), clock.now()
    monkeypatch.setattr(clock, "now", lambda: begun + timedelta(minutes=59))
    second = call(activity(DENIED), received_run)
    monkeypatch.setattr(clock, "now", lambda: begun + timedelta(minutes=61))
    third = call(activity(DENIED), received_run)

    assert (first.result, first.code) == ("wait", "PermissionDenied")
    assert "Give a role. It is tried again until " in row(received_run).waiting
    assert second == first
    assert third == Outcome.refuse("PermissionDenied", "No.", hint="Give a role.")


def test_each_missing_role_has_its_time(
    received_run: RunRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was let through in between, or another step, starts the wait over."""
    begun = clock.now()
    answers: tuple[Outcome | Exception, ...] = (DENIED, Outcome.wait("full", "Full."), DENIED)
    for hours, answer in enumerate(answers):
        monkeypatch.setattr(clock, "now", lambda hours=hours: begun + timedelta(hours=hours))
        assert call(activity(answer), received_run).result == "wait"
    monkeypatch.setattr(clock, "now", lambda: begun + timedelta(hours=4))

    assert call(activity(DENIED, Phase.TRAINING), received_run).result == "wait"


def test_paid_training_waits_for_a_role_for_long(
    received_run: RunRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once there is a job, only the step's own time ends the run."""
    change(received_run, training_job_id="ftjob-1")
    call(activity(DENIED, Phase.TRAINING), received_run)
    later = clock.now() + timedelta(days=9)
    monkeypatch.setattr(clock, "now", lambda: later)

    outcome = call(activity(DENIED, Phase.TRAINING), received_run)

    assert outcome == Outcome.wait(
        "PermissionDenied", "No.", hint="Give a role. It is tried again."
    )


def test_bug_is_not_hidden(received_run: RunRef) -> None:
    """What is no error of the tree is a bug and goes on rising."""
    with pytest.raises(ZeroDivisionError):
        call(activity(ZeroDivisionError()), received_run)


def test_cancelled_run_is_turned_away(received_run: RunRef) -> None:
    """After a request to cancel no work is done and no phase is entered."""
    cancellation.request_cancel(received_run.run)

    outcome = call(activity(ZeroDivisionError()), received_run)

    assert (outcome.result, outcome.code) == ("refused", "cancelled")
    assert row(received_run).phase == "received"


def test_duplicate_of_an_earlier_try_is_turned_away(received_run: RunRef) -> None:
    """What an earlier attempt left on its way does nothing in the next one."""
    change(received_run, attempt=2)

    outcome = call(activity(ZeroDivisionError()), received_run)

    assert (outcome.result, outcome.code) == ("refused", "stale")


@pytest.mark.parametrize("phase", [Phase.REJECTED, Phase.CANCELLED, Phase.FAILED])
def test_closed_run_is_turned_away(received_run: RunRef, phase: Phase) -> None:
    """A closed run is not worked on."""
    change(received_run, phase=phase)

    outcome = call(activity(ZeroDivisionError()), received_run)

    assert (outcome.result, outcome.code) == ("refused", "closed")
    assert row(received_run).phase == phase


@pytest.mark.parametrize("phase", [Phase.TRAINING, Phase.SERVING, Phase.ASLEEP, Phase.SUPERSEDED])
def test_late_duplicate_of_an_earlier_step_is_done(received_run: RunRef, phase: Phase) -> None:
    """A step that the run has left behind has nothing to do, and moves nothing back."""
    change(received_run, phase=phase)

    outcome = call(activity(ZeroDivisionError()), received_run)

    assert outcome.result == "done"
    assert row(received_run).phase == phase


def test_unknown_run_is_refused(received_run: RunRef) -> None:
    """A reference to a run that is not there is refused by name."""
    outcome = call(activity(Outcome.done()), replace(received_run, run="brolly-0123456789"))

    assert (outcome.result, outcome.code) == ("refused", "run_not_found")


def test_same_bytes_under_a_new_etag_are_read_again(
    received_run: RunRef, container: Container
) -> None:
    """Bytes that are dropped again while they are read do not end the run."""
    etag = container.put("brolly.jsonl")

    outcome = call(activity(ServiceError("dataset_changed", "It changed.")), received_run)

    assert (outcome.result, outcome.code) == ("wait", "dataset_again")
    assert row(received_run).dataset.etag == etag


def test_other_bytes_end_the_run(received_run: RunRef, container: Container) -> None:
    """Other bytes under the same name are another run; this one is refused."""
    container.put("brolly.jsonl", DATASET + b"\n")

    outcome = call(activity(ServiceError("dataset_changed", "It changed.")), received_run)

    assert (outcome.result, outcome.code) == ("refused", "dataset_changed")
