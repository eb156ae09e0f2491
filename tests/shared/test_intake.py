"""What becomes of a dropped dataset, and of a wish to cancel, on a real storage account."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from shared import intake
from shared.clients.storage import BlobFacts
from shared.errors import NotFoundError, RequestError
from shared.pipeline import Phase
from shared.registry import Registry, Version, registry
from tests.container import TRAVEL, Container

OTHER = TRAVEL.replace(b"Rome", b"Oslo") + b"\n"


@pytest.fixture(autouse=True)
def rows(storage: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    """This process with an empty storage account, and its registry."""
    monkeypatch.setenv("AzureWebJobsStorage", storage)
    registry.cache_clear()
    yield registry()
    registry.cache_clear()


def begun() -> Version:
    """The row of the run that a dropped dataset has just become."""
    received = intake.receive("travel.jsonl")
    assert received.ref is not None
    return registry().get(received.ref.run)


def moved(version: Version, phase: Phase, **values: object) -> Version:
    """The row of a run, moved on as its activities would."""
    return registry().change(version.run, lambda row: replace(row, phase=phase, **values))  # type: ignore[arg-type]


def test_dropped_dataset_becomes_a_run(container: Container) -> None:
    """A new dataset is a run to be started, with the facts of its bytes in the row."""
    etag = container.put("travel.jsonl")

    received = intake.receive("travel.jsonl")

    assert received.ref is not None
    row = registry().get(received.ref.run)
    assert received.start
    assert (row.phase, row.etag, row.size, row.attempt) == ("received", etag, len(TRAVEL), 1)
    assert len(row.sha256) == 64
    assert row.run in received.message


@pytest.mark.parametrize("blob", ["a.eval.jsonl", "a.validation.jsonl", "a.tune.json", "a.txt"])
def test_companion_starts_nothing(container: Container, blob: str) -> None:
    """A companion, or any other blob, leaves no row behind."""
    container.put(blob)

    received = intake.receive(blob)

    assert (received.ref, received.start) == (None, False)
    assert registry().runs() == []


def test_blob_that_is_gone_starts_nothing(container: Container) -> None:
    """An event that comes after its blob was deleted says so and starts nothing."""
    received = intake.receive("travel.jsonl")

    assert (received.ref, received.start) == (None, False)
    assert "gone" in received.message


def test_many_triggers_at_one_moment_are_one_run(container: Container) -> None:
    """However many events come for one blob, there is one row, and each names the same run."""
    container.put("travel.jsonl")

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: intake.receive("travel.jsonl"), range(8)))

    assert {one.ref for one in found} == {registry().runs()[0].ref}
    assert len(registry().runs()) == 1


def test_equal_bytes_written_twice_at_one_moment_are_one_run(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bytes are written again, and received, between the first look and the first row."""
    container.put("travel.jsonl")
    read = intake._sha256
    received: list[intake.Received] = []

    def interrupted(facts: BlobFacts) -> str:
        sha256 = read(facts)
        monkeypatch.setattr(intake, "_sha256", read)
        container.put("travel.jsonl")
        received.append(intake.receive("travel.jsonl"))
        return sha256

    monkeypatch.setattr(intake, "_sha256", interrupted)
    outer = intake.receive("travel.jsonl")

    assert [outer.ref] == [inner.ref for inner in received]
    assert [one.ref for one in registry().runs()] == [outer.ref]


def test_bytes_whose_run_was_not_written_keep_its_id(container: Container) -> None:
    """A crash between the claim and the row costs nothing: the next event makes the row."""
    container.put("travel.jsonl")
    row = begun()
    registry()._table.delete_entity(row.model, row.run)
    container.put("travel.jsonl")

    again = intake.receive("travel.jsonl")

    assert again.start
    assert again.ref == row.ref


def test_late_event_starts_a_run_that_nothing_works_on(container: Container) -> None:
    """An event that is delivered again starts the run if a crash came before its start."""
    container.put("travel.jsonl")
    begun()

    again = intake.receive("travel.jsonl")

    assert again.start


@pytest.mark.parametrize(
    "phase",
    [Phase.VALIDATING, Phase.QUEUED, Phase.TRAINING, Phase.SERVING, Phase.ASLEEP, Phase.SUPERSEDED],
)
def test_same_bytes_again_are_the_same_run(container: Container, phase: Phase) -> None:
    """Equal bytes dropped again start nothing; the row is pinned to the ETag they have now."""
    container.put("travel.jsonl")
    row = moved(begun(), phase)
    etag = container.put("travel.jsonl")

    again = intake.receive("travel.jsonl")

    assert (again.ref, again.start) == (row.ref, False)
    assert [(one.run, one.phase, one.etag) for one in registry().runs()] == [(row.run, phase, etag)]
    assert row.run in again.message


def test_changed_bytes_are_a_new_run(container: Container) -> None:
    """Other bytes under the same name are another run of the same model, the newer one."""
    container.put("travel.jsonl")
    first = moved(begun(), Phase.SERVING)
    container.put("travel.jsonl", OTHER)

    second = intake.receive("travel.jsonl")

    assert second.start
    assert [row.ref for row in registry().versions("travel")] == [first.ref, second.ref]


def test_file_beyond_the_limit_is_a_run_by_its_etag(container: Container) -> None:
    """Nobody reads what is refused for its size, so each drop of such a file is a run."""
    piece = TRAVEL.ljust(4_000_000)
    container.put_repeated("travel.jsonl", piece, 150)
    first = begun()
    container.put_repeated("travel.jsonl", piece, 150)

    second = begun()

    assert (first.sha256, first.size) == ("", 600_000_000)
    assert second.run != first.run
    assert not intake.pinned_again(first)


def test_same_bytes_under_another_name_are_another_model(container: Container) -> None:
    """Runs belong to names: equal bytes under two names make two models."""
    for blob in ("travel.jsonl", "rome.jsonl"):
        container.put(blob)

    found = [intake.receive(blob) for blob in ("travel.jsonl", "rome.jsonl")]

    assert [one.start for one in found] == [True, True]
    assert [row.model for row in registry().runs()] == ["rome", "travel"]


def test_refused_name_does_not_take_the_run_of_the_better_one(container: Container) -> None:
    """Whoever follows the hint and renames a badly named file gets a run of the new blob."""
    container.put("my data.jsonl")
    container.put("my-data.jsonl")
    bad = intake.receive("my data.jsonl")

    good = intake.receive("my-data.jsonl")

    assert good.start
    assert good.ref != bad.ref
    assert good.ref is not None
    assert registry().get(good.ref.run).dataset == "my-data.jsonl"


@pytest.mark.parametrize("phase", [Phase.REJECTED, Phase.FAILED, Phase.CANCELLED])
def test_closed_run_is_tried_again(container: Container, phase: Phase) -> None:
    """Dropping the bytes of a closed run again is another try, free of what ended the first."""
    container.put("travel.jsonl")
    row = moved(
        begun(), phase, error_code="x", error_message="It broke.", cancel_requested="2026-11-25"
    )
    container.put("travel.jsonl")

    again = intake.receive("travel.jsonl")

    now = registry().get(row.run)
    assert again.start
    assert (again.ref, now.attempt, now.phase) == (now.ref, 2, Phase.RECEIVED)
    assert (now.error_code, now.cancel_requested) == ("", "")
    assert f"dropped again after {phase}: It broke." in now.timeline[-1][2]


@pytest.mark.parametrize("phase", [Phase.REJECTED, Phase.FAILED, Phase.CANCELLED])
def test_late_event_of_a_closed_run_starts_nothing(container: Container, phase: Phase) -> None:
    """An event that comes once more, hours later, is no wish: nobody wrote the bytes again."""
    container.put("travel.jsonl")
    row = moved(begun(), phase)

    again = intake.receive("travel.jsonl")

    assert not again.start
    assert registry().get(row.run) == row


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ({"error_code": "file_refused", "job_status": ""}, ("", "")),
        ({"error_code": "job_failed", "job": "j", "job_status": "failed"}, ("f", "")),
        ({"error_code": "cancelled", "job": "j", "job_status": "running"}, ("f", "")),
        ({"error_code": "cancelled", "job": "j", "job_status": "cancelled"}, ("f", "")),
        ({"error_code": "deadline", "job": "j", "job_status": "succeeded"}, ("f", "j")),
    ],
)
def test_what_was_paid_for_is_kept_for_the_next_try(
    container: Container, values: dict[str, str], kept: tuple[str, str]
) -> None:
    """A refused file and a job that did not succeed are forgotten; everything else is used."""
    container.put("travel.jsonl")
    row = moved(begun(), Phase.FAILED, training_file="f", job_claim="2026-11-25", **values)
    container.put("travel.jsonl")

    intake.receive("travel.jsonl")

    now = registry().get(row.run)
    assert (now.training_file, now.job) == kept
    assert now.job_claim == ""


def test_bytes_that_come_back_are_tried_again(container: Container) -> None:
    """A run that ended because other bytes took its place goes on when its own are back."""
    container.put("travel.jsonl")
    row = moved(begun(), Phase.SUPERSEDED, error_code="dataset_changed")
    container.put("travel.jsonl")

    again = intake.receive("travel.jsonl")

    assert again.start
    assert registry().get(row.run).attempt == 2


def test_many_drops_of_a_closed_run_are_one_more_try(container: Container) -> None:
    """Events at the same moment make one further attempt, not one each."""
    container.put("travel.jsonl")
    row = moved(begun(), Phase.FAILED)
    container.put("travel.jsonl")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: intake.receive("travel.jsonl"), range(4)))

    assert registry().get(row.run).attempt == 2


def test_run_is_pinned_again_to_equal_bytes(container: Container) -> None:
    """While a run reads, its bytes may be dropped again: it goes on with their new ETag."""
    container.put("travel.jsonl")
    row = moved(begun(), Phase.VALIDATING)
    etag = container.put("travel.jsonl")

    goes_on = intake.pinned_again(row)

    assert goes_on
    assert registry().get(row.run).etag == etag


def test_run_is_not_pinned_to_other_bytes(container: Container) -> None:
    """Other bytes, or none, are no reason to go on; the row is left alone."""
    container.put("travel.jsonl")
    row = moved(begun(), Phase.VALIDATING)

    container.put("travel.jsonl", OTHER)
    changed = intake.pinned_again(row)
    container.delete("travel.jsonl")
    deleted = intake.pinned_again(row)

    assert (changed, deleted) == (False, False)
    assert registry().get(row.run) == row


def test_wish_to_cancel_is_written_once(container: Container) -> None:
    """The first request to cancel is kept with its time; asking again changes nothing."""
    container.put("travel.jsonl")
    row = begun()

    first = intake.request_cancel(row.run)
    second = intake.request_cancel(row.run)

    assert first.cancel_requested
    assert second == first


@pytest.mark.parametrize(
    "phase",
    [Phase.SERVING, Phase.ASLEEP, Phase.REJECTED, Phase.CANCELLED, Phase.FAILED, Phase.SUPERSEDED],
)
def test_resting_run_cannot_be_cancelled(container: Container, phase: Phase) -> None:
    """A run that has ended answers 409 and says what it is."""
    container.put("travel.jsonl")
    row = moved(begun(), phase)

    with pytest.raises(RequestError) as caught:
        intake.request_cancel(row.run)

    assert caught.value.status == 409
    assert str(phase) in str(caught.value)
    assert registry().get(row.run).cancel_requested == ""


def test_unknown_run_cannot_be_cancelled() -> None:
    """Cancelling what does not exist is a 404."""
    with pytest.raises(NotFoundError):
        intake.request_cancel("travel-0123456789")
