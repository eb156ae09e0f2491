"""Dropping a file with its companions, as a user does."""

from pathlib import Path

from azure.storage.blob import ContainerClient

from local.drop import dataset_problem, drop


def blobs(connection: str) -> dict[str, bytes]:
    """The blobs of the container `datasets`, in the order in which they were written."""
    with ContainerClient.from_connection_string(connection, "datasets") as container:
        found = sorted(container.list_blobs(), key=lambda blob: blob.last_modified)
        return {blob.name: container.download_blob(blob.name).readall() for blob in found}


def test_companions_go_first(storage: str, tmp_path: Path) -> None:
    """The dataset is the last to arrive, so that its run finds the companions there."""
    for name in ("a.jsonl", "a.eval.jsonl", "a.tune.json", "b.validation.jsonl"):
        (tmp_path / name).write_text(name)

    dropped = drop(storage, tmp_path / "a.jsonl")

    assert dropped == ["a.eval.jsonl", "a.tune.json", "a.jsonl"]
    assert blobs(storage) == {name: name.encode() for name in dropped}


def test_dataset_can_be_dropped_under_another_name(storage: str, tmp_path: Path) -> None:
    """With a name given, the companions take it too."""
    for name in ("a.jsonl", "a.eval.jsonl"):
        (tmp_path / name).write_text(name)

    dropped = drop(storage, tmp_path / "a.jsonl", "rome")

    assert dropped == ["rome.eval.jsonl", "rome.jsonl"]


def test_second_drop_takes_the_place_of_the_first(storage: str, tmp_path: Path) -> None:
    """A blob that is there is overwritten, and a container that is there is used."""
    file = tmp_path / "a.jsonl"
    for text in ("one", "two"):
        file.write_text(text)
        drop(storage, file)

    assert blobs(storage) == {"a.jsonl": b"two"}


def test_dataset_is_usable(tmp_path: Path) -> None:
    """A file that ends with .jsonl can be dropped."""
    file = tmp_path / "a.jsonl"
    file.touch()

    assert dataset_problem(file) is None


def test_what_cannot_be_dropped_is_named(tmp_path: Path) -> None:
    """A file that is not there, a folder, and another ending each give one line with the name."""
    text = tmp_path / "a.txt"
    text.touch()

    reasons = [dataset_problem(file) for file in (tmp_path / "no.jsonl", tmp_path, text)]

    assert all(reason and "\n" not in reason for reason in reasons)
    assert "no.jsonl" in str(reasons[0])
    assert ".jsonl" in str(reasons[2])
