"""What becomes of a dropped dataset, of new bytes and of those that are known."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.clients.storage import BlobFacts
from shared.registry import registry
from shared.registry.state import Phase
from shared.runs import intake
from tests.container import Container
from tests.dataset import DATASET
from tests.shared.runs.intake import OTHER, begin, move


def test_dropped_dataset_becomes_a_run(container: Container) -> None:
    """A new dataset is a run to be started, with the facts of its bytes in the row."""
    etag = container.put("brolly.jsonl")

    received = intake.receive("brolly.jsonl")

    assert received.ref is not None
    row = registry().get(received.ref.run)
    assert received.start
    assert (row.phase, row.dataset.etag, row.dataset.size, row.attempt) == (
        "received",
        etag,
        len(DATASET),
        1,
    )
    assert len(row.dataset.sha256) == 64
    assert row.id in received.message


@pytest.mark.parametrize("blob", ["a.eval.jsonl", "a.validation.jsonl", "a.tune.json", "a.txt"])
def test_companion_starts_nothing(container: Container, blob: str) -> None:
    """A companion, or any other blob, leaves no row behind."""
    container.put(blob)

    received = intake.receive(blob)

    assert (received.ref, received.start) == (None, False)
    assert registry().runs() == []


def test_blob_that_is_gone_starts_nothing(container: Container) -> None:
    """An event that comes after its blob was deleted says so and starts nothing."""
    received = intake.receive("brolly.jsonl")

    assert (received.ref, received.start) == (None, False)
    assert "no longer exists" in received.message


def test_many_triggers_at_one_time_are_one_run(container: Container) -> None:
    """However many events come for one blob, there is one row, and each names the same run."""
    container.put("brolly.jsonl")

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: intake.receive("brolly.jsonl"), range(8)))

    assert {one.ref for one in found} == {registry().runs()[0].ref}
    assert len(registry().runs()) == 1


def test_equal_bytes_written_twice_at_one_time_are_one_run(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bytes are written again, and received, between the first look and the first row."""
    container.put("brolly.jsonl")
    read = intake._sha256
    received: list[intake.IntakeResult] = []

    def interrupt(facts: BlobFacts) -> str:
        sha256 = read(facts)
        monkeypatch.setattr(intake, "_sha256", read)
        container.put("brolly.jsonl")
        received.append(intake.receive("brolly.jsonl"))
        return sha256

    monkeypatch.setattr(intake, "_sha256", interrupt)
    outer = intake.receive("brolly.jsonl")

    assert [outer.ref] == [inner.ref for inner in received]
    assert [one.ref for one in registry().runs()] == [outer.ref]


def test_bytes_whose_run_was_not_written_keep_its_id(container: Container) -> None:
    """A crash between the claim and the row costs nothing: the next event makes the row."""
    container.put("brolly.jsonl")
    row = begin()
    registry()._table.delete_entity(row.model, row.id)
    container.put("brolly.jsonl")

    again = intake.receive("brolly.jsonl")

    assert again.start
    assert again.ref == row.ref


def test_late_event_starts_a_run_that_nothing_works_on(container: Container) -> None:
    """An event that is delivered again starts the run if a crash came before its start."""
    container.put("brolly.jsonl")
    begin()

    again = intake.receive("brolly.jsonl")

    assert again.start


@pytest.mark.parametrize(
    "phase",
    [Phase.VALIDATING, Phase.QUEUED, Phase.TRAINING, Phase.SERVING, Phase.ASLEEP, Phase.SUPERSEDED],
)
def test_same_bytes_again_are_the_same_run(container: Container, phase: Phase) -> None:
    """Equal bytes dropped again start nothing; the row is pinned to the ETag they have now."""
    container.put("brolly.jsonl")
    row = move(begin(), phase)
    etag = container.put("brolly.jsonl")

    again = intake.receive("brolly.jsonl")

    assert (again.ref, again.start) == (row.ref, False)
    assert [(one.id, one.phase, one.dataset.etag) for one in registry().runs()] == [
        (row.id, phase, etag)
    ]
    assert row.id in again.message


def test_changed_bytes_are_a_new_run(container: Container) -> None:
    """Other bytes under the same name are another run of the same model, the newer one."""
    container.put("brolly.jsonl")
    first = move(begin(), Phase.SERVING)
    container.put("brolly.jsonl", OTHER)

    second = intake.receive("brolly.jsonl")

    assert second.start
    assert [row.ref for row in registry().versions("brolly")] == [first.ref, second.ref]


def test_file_beyond_the_limit_is_a_run_by_its_etag(container: Container) -> None:
    """Nobody reads what is refused for its size, so each drop of such a file is a run."""
    piece = DATASET.ljust(4_000_000)
    container.put_with_repeats("brolly.jsonl", piece, 150)
    first = begin()
    container.put_with_repeats("brolly.jsonl", piece, 150)

    second = begin()

    assert (first.dataset.sha256, first.dataset.size) == ("", 600_000_000)
    assert second.id != first.id
    assert not intake.repin(first)


def test_same_bytes_under_another_name_are_another_model(container: Container) -> None:
    """Runs belong to names: equal bytes under two names make two models."""
    for blob in ("brolly.jsonl", "rome.jsonl"):
        container.put(blob)

    found = [intake.receive(blob) for blob in ("brolly.jsonl", "rome.jsonl")]

    assert [one.start for one in found] == [True, True]
    assert [row.model for row in registry().runs()] == ["rome", "brolly"]


def test_refused_name_does_not_take_the_run_of_the_better_one(container: Container) -> None:
    """Whoever follows the hint and renames a badly named file gets a run of the new blob."""
    container.put("my data.jsonl")
    container.put("my-data.jsonl")
    bad = intake.receive("my data.jsonl")

    good = intake.receive("my-data.jsonl")

    assert good.start
    assert good.ref != bad.ref
    assert good.ref is not None
    assert registry().get(good.ref.run).dataset.blob == "my-data.jsonl"
