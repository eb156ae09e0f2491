"""Drops a dataset: uploads it to the storage, with its companions, as a user does."""

from pathlib import Path

from azure.core.exceptions import ResourceExistsError
from azure.storage.blob import ContainerClient

DATASETS = "datasets"
COMPANIONS = (".validation.jsonl", ".eval.jsonl", ".tune.json")


def drop(storage: str, file: Path, name: str | None = None) -> list[str]:
    """Upload a dataset, its companions first.

    Args:
        storage: Connection string of the storage account.
        file: The dataset; companions are what lies beside it under its name.
        name: Name of the model, if it is not to be the file's.

    Returns:
        The names of the blobs, the dataset's last.
    """
    stem = name or file.name.removesuffix(".jsonl")
    dropped = []
    with ContainerClient.from_connection_string(storage, DATASETS) as container:
        _create_container(container)
        for ending in (*COMPANIONS, ".jsonl"):
            source = file.with_name(file.name.removesuffix(".jsonl") + ending)
            if source.exists():
                with source.open("rb") as data:
                    container.upload_blob(stem + ending, data, overwrite=True)
                dropped.append(stem + ending)
    return dropped


def dataset_problem(file: Path) -> str | None:
    """Why a file cannot be dropped as a dataset, in one line; None if it can."""
    if not file.is_file():
        return f"There is no file {file}."
    if file.suffix != ".jsonl":
        return f"{file} is not a dataset: its name must end with .jsonl."
    return None


def _create_container(container: ContainerClient) -> None:
    try:
        container.create_container()
    except ResourceExistsError:
        return
