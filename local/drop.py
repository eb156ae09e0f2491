"""Files that a person names as datasets."""

from pathlib import Path


def unusable(file: Path) -> str | None:
    """Why a file cannot be dropped as a dataset, in one line; None if it can."""
    if not file.is_file():
        return f"There is no file {file}."
    if file.suffix != ".jsonl":
        return f"{file} is not a dataset: its name must end with .jsonl."
    return None
