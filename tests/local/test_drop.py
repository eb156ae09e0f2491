"""Files that a person names as datasets."""

from pathlib import Path

from local.drop import unusable


def test_dataset_is_usable(tmp_path: Path) -> None:
    """A file that ends with .jsonl can be dropped."""
    file = tmp_path / "a.jsonl"
    file.touch()

    assert unusable(file) is None


def test_what_cannot_be_dropped_is_named(tmp_path: Path) -> None:
    """A file that is not there, a folder, and another ending each give one line with the name."""
    text = tmp_path / "a.txt"
    text.touch()

    reasons = [unusable(file) for file in (tmp_path / "no.jsonl", tmp_path, text)]

    assert all(reason and "\n" not in reason for reason in reasons)
    assert "no.jsonl" in str(reasons[0])
    assert ".jsonl" in str(reasons[2])
