"""Which datasets lie there without a run, because no event reported them."""

from shared.registry import Model, registry
from shared.runs import intake
from shared.versions import deletion
from tests.container import Container
from tests.shared.runs.intake import OTHER, begin


def test_datasets_that_nobody_heard_of_are_missed(container: Container) -> None:
    """A dataset without a run is named, its companions are not, nor what has its run."""
    container.put("brolly.jsonl")
    begin()
    for blob in ("hotel.jsonl", "hotel.eval.jsonl", "hotel.tune.json", "notes.txt"):
        container.put(blob)

    assert intake.find_missed_datasets() == ["hotel.jsonl"]

    intake.receive("hotel.jsonl")
    assert intake.find_missed_datasets() == []


def test_bytes_that_were_written_again_unheard_are_missed(container: Container) -> None:
    """Other bytes under a known name are missed, and so are the same, which may be a new try."""
    container.put("brolly.jsonl")
    begin()

    for data in (OTHER, OTHER):
        container.put("brolly.jsonl", data)
        assert intake.find_missed_datasets() == ["brolly.jsonl"]
        intake.receive("brolly.jsonl")
        assert intake.find_missed_datasets() == []


def test_dataset_of_a_deleted_model_is_not_missed(container: Container) -> None:
    """What stays in the container after a deletion is left alone, until it is written again."""
    container.put("brolly.jsonl")
    row = begin()
    registry().put_model(None, Model(model=row.model))
    _, doomed = deletion.mark_deleting(row.model)
    for one in doomed:
        registry().archive_and_delete(one)

    assert intake.find_missed_datasets() == []

    container.put("brolly.jsonl")
    assert intake.find_missed_datasets() == ["brolly.jsonl"]


def test_no_container_has_no_datasets(storage: str) -> None:
    """Before anything was dropped there is nothing to miss."""
    assert intake.find_missed_datasets() == []
