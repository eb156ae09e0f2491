"""Deleting a model: nothing is left that costs money, and a record says what was and what stays."""

from dataclasses import replace

import pytest

from activities import delete_resources as module
from activities.close_run import close_run
from activities.delete_resources import delete_resources
from activities.train_model import train_model
from shared.clients.jobs import jobs
from shared.datasets import names
from shared.deployments import wake
from shared.errors import RequestError
from shared.registry import Run, registry
from shared.registry.parts import TrainingCharge
from shared.registry.state import Phase
from shared.runs import intake
from shared.runs.orchestration import CloseReason, Outcome, RunRef
from shared.versions import deletion
from shared.versions.deletion import Deletion
from tests.activities.calls import at_once, call, settle
from tests.activities.conftest import change, row
from tests.container import Container
from tests.dataset import DATASET
from tests.runs import at
from tests.services import Emulator

MODEL = RunRef(run="", model="brolly")
DELETES = {"method": "DELETE"}


@pytest.fixture
def doomed_model(serving: RunRef) -> RunRef:
    """A run that serves, and whose model is marked."""
    deletion.mark_deleting("brolly")
    return serving


def left(emulator: Emulator) -> tuple[list[str], list[str]]:
    """Names of the deployments and files at the service."""
    state = emulator.look("state")
    return (
        [one["name"] for one in state["deployments"] if one["name"] != "gpt-4.1-mini"],
        [one["filename"] for one in state["files"]],
    )


def record() -> Deletion:
    """The record of the deletion."""
    found = deletion.read_record("brolly")
    assert found is not None
    return found


def test_nothing_is_left(doomed_model: RunRef, emulator: Emulator, container: Container) -> None:
    """Deployment, files with results, and rows are gone; the record names what was and stays."""
    before = row(doomed_model)
    results = jobs().get(before.training.job_id)
    assert results is not None

    assert settle(delete_resources, MODEL).result == "done"

    (one,) = record().runs
    assert left(emulator) == ([], [])
    assert (registry().versions("brolly"), registry().model("brolly")) == ([], None)
    assert record().ended
    assert (one.run, one.deployment) == (doomed_model.run, doomed_model.run)
    assert set(one.files) == {before.training.file, *results.result_files}
    assert (one.tuned_model, one.job) == (before.training.tuned_model, before.training.job_id)


def test_who_asks_again_as_it_ends_changes_no_record(doomed_model: RunRef) -> None:
    """A mark that comes when the rows are gone ends at once, and the record stays as it was."""
    settle(delete_resources, MODEL)
    before = record()

    deletion.mark_deleting("brolly")
    assert settle(delete_resources, MODEL).result == "done"

    assert record() == before
    assert registry().model("brolly") is None


def test_the_dataset_dropped_again_starts_over(
    doomed_model: RunRef, emulator: Emulator, container: Container
) -> None:
    """After it the same bytes are a new run, which trains."""
    settle(delete_resources, MODEL)
    container.put("brolly.jsonl")

    again = intake.receive("brolly.jsonl")

    assert again.start
    assert again.ref is not None
    assert again.ref.run != doomed_model.run
    assert (row(again.ref).training.job_id, row(again.ref).attempt) == ("", 1)


def test_a_late_event_trains_nothing_again(
    serving: RunRef, emulator: Emulator, container: Container
) -> None:
    """An event that comes again begins nothing, before and after the end; a new write does."""
    change(serving, dataset_etag=container.put("brolly.jsonl"))
    deletion.mark_deleting("brolly")
    before = intake.receive("brolly.jsonl")
    settle(delete_resources, MODEL)
    late = [intake.receive("brolly.jsonl") for _ in range(2)]

    assert [one.start for one in (before, *late)] == [False] * 3
    assert registry().versions("brolly") == []
    container.put("brolly.jsonl")
    assert intake.receive("brolly.jsonl").start


def test_what_is_dropped_meanwhile_is_no_part_of_it(
    doomed_model: RunRef, emulator: Emulator, container: Container
) -> None:
    """The same bytes dropped while the model is deleted are a new run, which stays."""
    name = names.parse("brolly.jsonl")
    assert name is not None
    registry().claim("brolly", name.content_id(row(doomed_model).dataset.sha256), doomed_model.run)
    deletion.mark_deleting("brolly")
    container.put("brolly.jsonl", DATASET)
    again = intake.receive("brolly.jsonl")

    settle(delete_resources, MODEL)

    assert again.start
    assert again.ref is not None
    assert [one.id for one in registry().versions("brolly")] == [again.ref.run]
    model = registry().model("brolly")
    assert model is not None
    assert (model.active, model.deleting) == ("", None)


def test_a_marked_run_is_not_begun_again(doomed_model: RunRef, container: Container) -> None:
    """A late event of the dataset, a waking, a chat: nothing brings a marked run back."""
    change(doomed_model, phase=Phase.FAILED, dataset_etag=container.put("brolly.jsonl"))
    name = names.parse("brolly.jsonl")
    assert name is not None
    run = name.run_id(row(doomed_model).dataset.etag)
    registry().insert(replace(row(doomed_model), id=run, row_etag=""))

    again = intake.receive("brolly.jsonl")

    assert (again.start, registry().get(run).phase) == (False, "failed")
    with pytest.raises(RequestError, match="being deleted") as caught:
        wake.claim(doomed_model.run, "a test asked")
    assert caught.value.status == 409
    assert not replace(row(doomed_model), phase=Phase.SERVING).answers


def test_running_runs_are_waited_for(uploaded_run: RunRef, emulator: Emulator) -> None:
    """A run that trains is asked to cancel; its job is stopped before anything is deleted."""
    emulator.control("transitions", {"job": "reads:1000", "queue": "immediate"})
    call(train_model, uploaded_run)
    deletion.mark_deleting("brolly")

    first = call(delete_resources, MODEL)
    turned_away = call(train_model, uploaded_run)
    settle(close_run, CloseReason(uploaded_run, turned_away.code, turned_away.message))
    last = settle(delete_resources, MODEL)

    assert (first.result, first.code) == ("wait", "cancelling")
    assert uploaded_run.run in first.message
    assert turned_away.code == "cancelled"
    assert last.result == "done"
    assert [job["status"] for job in emulator.look("state")["jobs"]] == ["cancelled"]
    assert left(emulator) == ([], [])


def test_deletion_of_a_deployment_is_waited_for(doomed_model: RunRef, emulator: Emulator) -> None:
    """Rows stay until what costs money is gone."""
    emulator.control("transitions", {"delete": "reads:3"})

    first = call(delete_resources, MODEL)

    assert (first.result, first.code) == ("wait", "deleting")
    assert row(doomed_model).deployment.retiring
    assert not record().ended
    assert settle(delete_resources, MODEL).result == "done"


@pytest.mark.parametrize("path", ["*/deployments/*", "*/files/*"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_lost_answers_lose_nothing_of_the_record(
    doomed_model: RunRef, emulator: Emulator, path: str, when: str
) -> None:
    """Whatever becomes of an answer, everything goes, and the record still names all of it."""
    files = row(doomed_model).training.file
    emulator.control("faults", {**DELETES, "path": path, "when": when, "reset": True})

    call(delete_resources, MODEL)

    assert settle(delete_resources, MODEL).result == "done"
    assert left(emulator) == ([], [])
    (one,) = record().runs
    assert (one.run, one.deployment, files in one.files) == (
        doomed_model.run,
        doomed_model.run,
        True,
    )


def test_a_worker_that_dies_after_the_rows(
    doomed_model: RunRef, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If only the model's own row is left, the next look ends the deletion with a whole record."""
    with monkeypatch.context() as patch:
        patch.setattr(module, "_end", _die)
        with pytest.raises(SystemError):
            call(delete_resources, MODEL)

    assert registry().versions("brolly") == []
    assert settle(delete_resources, MODEL).result == "done"
    assert [one.run for one in record().runs] == [doomed_model.run]
    assert registry().model("brolly") is None


def test_duplicates_at_once(doomed_model: RunRef, emulator: Emulator) -> None:
    """Four at the same time, and one more after the end, leave nothing and one record."""
    at_once(delete_resources, MODEL)

    assert settle(delete_resources, MODEL).result == "done"
    before = record()
    assert call(delete_resources, MODEL) == Outcome.done("It is deleted.")
    assert record() == before
    assert [one.run for one in before.runs] == [doomed_model.run]
    assert left(emulator) == ([], [])


def test_what_was_paid_stays(doomed_model: RunRef) -> None:
    """The costs of a deleted run are still known to those who add them up."""
    change(
        doomed_model,
        training_charges=(TrainingCharge("ftjob-1", at("2026-11-01T00:00:00Z"), "Standard", 1000),),
    )
    before = row(doomed_model)

    settle(delete_resources, MODEL)

    (paid,) = registry().accounts()
    assert registry().runs() == []
    assert isinstance(paid, Run)
    assert (paid.id, paid.training.charges, paid.training.base_model) == (
        before.id,
        before.training.charges,
        before.training.base_model,
    )
    assert sum(hours for _, _, hours in paid.deployment.hosted_hours) >= 0


def test_a_refusal_is_waited_out(doomed_model: RunRef, emulator: Emulator) -> None:
    """If the app may not delete, the model stays marked, and the reason is reported."""
    body = {"error": {"code": "AuthorizationFailed", "message": "You may not."}}
    emulator.control("faults", {**DELETES, "path": "*/deployments/*", "status": 403, "body": body})

    outcome = call(delete_resources, MODEL)

    assert (outcome.result, outcome.code) == ("wait", "AuthorizationFailed")
    assert row(doomed_model).deleting_since
    assert settle(delete_resources, MODEL).result == "done"


def _die(*_: object) -> Outcome:
    raise SystemError("killed")
