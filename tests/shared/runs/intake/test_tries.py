"""What becomes of bytes whose run has ended, or whose ETag changed while it goes on."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.registry import registry
from shared.registry.state import Phase
from shared.runs import intake
from tests.container import Container
from tests.shared.runs.intake import OTHER, begin, move


@pytest.mark.parametrize("phase", [Phase.REJECTED, Phase.FAILED, Phase.CANCELLED])
def test_closed_run_is_tried_again(container: Container, phase: Phase) -> None:
    """Dropping the bytes of a closed run again is another try, free of what ended the first."""
    container.put("brolly.jsonl")
    row = move(
        begin(), phase, error_code="x", error_message="It broke.", cancel_requested="2026-11-25"
    )
    container.put("brolly.jsonl")

    again = intake.receive("brolly.jsonl")

    now = registry().get(row.id)
    assert again.start
    assert (again.ref, now.attempt, now.phase) == (now.ref, 2, Phase.RECEIVED)
    assert (now.error.code, now.cancel_requested) == ("", None)
    assert f"dropped again after {phase}: It broke." in now.timeline[-1][2]


@pytest.mark.parametrize("phase", [Phase.REJECTED, Phase.FAILED, Phase.CANCELLED])
def test_late_event_of_a_closed_run_starts_nothing(container: Container, phase: Phase) -> None:
    """An event that comes once more, hours later, is no request: nobody wrote the bytes again."""
    container.put("brolly.jsonl")
    row = move(begin(), phase)

    again = intake.receive("brolly.jsonl")

    assert not again.start
    assert registry().get(row.id) == row


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ({"error_code": "file_refused", "training_job_status": ""}, ("", "")),
        (
            {"error_code": "job_failed", "training_job_id": "j", "training_job_status": "failed"},
            ("f", ""),
        ),
        (
            {"error_code": "cancelled", "training_job_id": "j", "training_job_status": "running"},
            ("f", ""),
        ),
        (
            {"error_code": "cancelled", "training_job_id": "j", "training_job_status": "cancelled"},
            ("f", ""),
        ),
        (
            {"error_code": "deadline", "training_job_id": "j", "training_job_status": "succeeded"},
            ("f", "j"),
        ),
    ],
)
def test_what_was_paid_for_is_kept_for_the_next_try(
    container: Container, values: dict[str, str], kept: tuple[str, str]
) -> None:
    """A refused file and a job that did not succeed are forgotten; everything else is used."""
    container.put("brolly.jsonl")
    row = move(
        begin(), Phase.FAILED, training_file="f", training_job_claimed="2026-11-25", **values
    )
    container.put("brolly.jsonl")

    intake.receive("brolly.jsonl")

    now = registry().get(row.id)
    assert (now.training.file, now.training.job_id) == kept
    assert now.training.job_claimed is None


def test_bytes_that_come_back_are_tried_again(container: Container) -> None:
    """A run that ended because other bytes took its place goes on when its own are back."""
    container.put("brolly.jsonl")
    row = move(begin(), Phase.SUPERSEDED, error_code="dataset_changed")
    container.put("brolly.jsonl")

    again = intake.receive("brolly.jsonl")

    assert again.start
    assert registry().get(row.id).attempt == 2


def test_many_drops_of_a_closed_run_are_one_more_try(container: Container) -> None:
    """Events at the same time make one further attempt, not one each."""
    container.put("brolly.jsonl")
    row = move(begin(), Phase.FAILED)
    container.put("brolly.jsonl")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: intake.receive("brolly.jsonl"), range(4)))

    assert registry().get(row.id).attempt == 2


def test_run_is_pinned_again_to_equal_bytes(container: Container) -> None:
    """While a run reads, its bytes may be dropped again: it goes on with their new ETag."""
    container.put("brolly.jsonl")
    row = move(begin(), Phase.VALIDATING)
    etag = container.put("brolly.jsonl")

    goes_on = intake.repin(row)

    assert goes_on
    assert registry().get(row.id).dataset.etag == etag


def test_run_is_not_pinned_to_other_bytes(container: Container) -> None:
    """Other bytes, or none, are no reason to go on; the row is left alone."""
    container.put("brolly.jsonl")
    row = move(begin(), Phase.VALIDATING)

    container.put("brolly.jsonl", OTHER)
    changed = intake.repin(row)
    container.delete("brolly.jsonl")
    deleted = intake.repin(row)

    assert (changed, deleted) == (False, False)
    assert registry().get(row.id) == row
