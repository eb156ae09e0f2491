"""Uploads: one file per name at the service, whatever happens on the way."""

import pytest

from activities.upload_files import upload_files
from shared.clients.files import files
from shared.runs import cancellation
from shared.runs.orchestration import Outcome, RunRef
from tests.activities.calls import at_once, call, settle
from tests.activities.conftest import change, drop_dataset, pin, row
from tests.container import Container
from tests.dataset import DATASET
from tests.services import Emulator

UPLOAD = {"method": "POST", "path": "*/files"}


def names(emulator: Emulator) -> list[str]:
    """The names of the files at the service."""
    return sorted(file["filename"] for file in emulator.look("state")["files"])


def only_file(emulator: Emulator, ref: RunRef) -> bool:
    """Whether the service has this run's file once, and the row says which it is."""
    found = emulator.look("state")["files"]
    named = [file["filename"] for file in found] == [f"{ref.run}.jsonl"]
    return named and row(ref).training.file == found[0]["id"]


def test_file_is_uploaded_under_the_run_s_name(received_run: RunRef, emulator: Emulator) -> None:
    """The dataset's bytes lie at the service, and the row knows the file."""
    outcome = settle(upload_files, received_run)

    assert outcome == Outcome.done()
    assert only_file(emulator, received_run)
    assert files().totals() == (1, len(DATASET))


def test_validation_file_goes_with_it(
    received_run: RunRef, container: Container, emulator: Emulator
) -> None:
    """A validation file beside the dataset is uploaded too."""
    container.put("brolly.validation.jsonl")
    pin(received_run)

    settle(upload_files, received_run)

    assert names(emulator) == [f"{received_run.run}.jsonl", f"{received_run.run}.validation.jsonl"]
    assert row(received_run).training.validation_file not in ("", row(received_run).training.file)


def test_processing_is_waited_for(received_run: RunRef, emulator: Emulator) -> None:
    """A file that is still processed is a wait that names it, and no reason for another file."""
    emulator.control("transitions", {"file": "reads:3"})

    outcome = call(upload_files, received_run)

    assert (outcome.result, outcome.code) == ("wait", "files_processing")
    assert f"{received_run.run}.jsonl" in row(received_run).waiting
    assert settle(upload_files, received_run) == Outcome.done()
    assert only_file(emulator, received_run)


def test_second_call_uploads_nothing(uploaded_run: RunRef, emulator: Emulator) -> None:
    """A duplicate finds the file and leaves everything as it is."""
    before = row(uploaded_run)

    outcome = call(upload_files, uploaded_run)

    assert outcome == Outcome.done()
    assert row(uploaded_run) == before
    assert only_file(emulator, uploaded_run)


def test_duplicates_at_once_leave_one_file(received_run: RunRef, emulator: Emulator) -> None:
    """Four at the same time end with one file, the one in the row."""
    emulator.control("faults", {**UPLOAD, "delay": 0.1, "times": 4})

    at_once(upload_files, received_run)

    assert settle(upload_files, received_run) == Outcome.done()
    assert only_file(emulator, received_run)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", [{"reset": True}, {"status": 503}])
def test_lost_answer_leaves_one_file(
    received_run: RunRef, emulator: Emulator, when: str, kind: dict[str, object]
) -> None:
    """An answer that is lost, with its effect or without, is waited out without a second file."""
    emulator.control("faults", {**UPLOAD, "when": when, **kind})

    first = call(upload_files, received_run)

    assert first.result == "wait"
    assert settle(upload_files, received_run) == Outcome.done()
    assert only_file(emulator, received_run)


def test_lost_row_finds_its_file(uploaded_run: RunRef, emulator: Emulator) -> None:
    """A crash between upload and row does not cost a second upload."""
    change(uploaded_run, training_file="")

    outcome = settle(upload_files, uploaded_run)

    assert outcome == Outcome.done()
    assert only_file(emulator, uploaded_run)


def test_rate_limit_is_waited_out(received_run: RunRef, emulator: Emulator) -> None:
    """429 is a wait for as long as the service says."""
    emulator.control("faults", {**UPLOAD, "status": 429, "headers": {"retry-after": "17"}})

    outcome = call(upload_files, received_run)

    assert (outcome.result, outcome.retry_after) == ("wait", 17)
    assert "429" in row(received_run).waiting


def test_file_that_the_service_refuses_ends_the_run(
    app: dict[str, str], container: Container, emulator: Emulator
) -> None:
    """A file that ends in error is a refusal with the service's reason."""
    ref = drop_dataset(container, b"{\n" + DATASET)

    outcome = settle(upload_files, ref)

    assert (outcome.result, outcome.code) == ("refused", "file_refused")
    assert f"{ref.run}.jsonl" in outcome.message


def test_refused_file_of_an_earlier_try_is_replaced(
    app: dict[str, str], container: Container, emulator: Emulator
) -> None:
    """In the next try the refused file is deleted and the dataset uploaded again."""
    ref = drop_dataset(container, b"{\n" + DATASET)
    settle(upload_files, ref)
    old = row(ref).training.file
    change(ref, training_file="")

    settle(upload_files, ref)

    assert row(ref).training.file != old
    assert only_file(emulator, ref)


def test_dataset_that_changes_while_it_is_uploaded_ends_the_run(
    received_run: RunRef, container: Container, emulator: Emulator
) -> None:
    """Other bytes are another run: nothing of them is uploaded in this run's name."""
    container.put("brolly.jsonl", DATASET + b"\n")

    outcome = settle(upload_files, received_run)

    assert (outcome.result, outcome.code) == ("refused", "dataset_changed")
    assert names(emulator) == []


def test_same_bytes_dropped_again_go_on(
    received_run: RunRef, container: Container, emulator: Emulator
) -> None:
    """The same bytes under a new ETag are uploaded as if nothing had happened."""
    container.put("brolly.jsonl")

    outcome = settle(upload_files, received_run)

    assert outcome == Outcome.done()
    assert only_file(emulator, received_run)


def test_deleted_dataset_ends_the_run(received_run: RunRef, container: Container) -> None:
    """A dataset that is gone is a refusal that names it."""
    container.delete("brolly.jsonl")

    outcome = settle(upload_files, received_run)

    assert (outcome.result, outcome.code) == ("refused", "dataset_missing")
    assert "brolly.jsonl" in outcome.message


def test_dataset_may_change_after_the_upload(uploaded_run: RunRef, container: Container) -> None:
    """Once the file is at the service the blob is not needed any more."""
    container.delete("brolly.jsonl")

    assert call(upload_files, uploaded_run) == Outcome.done()


def test_cancelled_run_uploads_nothing(received_run: RunRef, emulator: Emulator) -> None:
    """A request to cancel is seen before the upload."""
    cancellation.request_cancel(received_run.run)

    outcome = call(upload_files, received_run)

    assert (outcome.result, outcome.code) == ("refused", "cancelled")
    assert names(emulator) == []
