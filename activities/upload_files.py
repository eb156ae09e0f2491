"""Upload: training and validation file, once each, until the service has processed them."""

from dataclasses import replace
from typing import BinaryIO

from activities._runner import step
from shared.clients import storage
from shared.clients.files import FileFacts, files
from shared.datasets import names
from shared.errors import ServiceError
from shared.registry import Run, registry
from shared.registry.state import Phase
from shared.runs.orchestration import Outcome

PROCESSED = "processed"
ERROR = "error"


@step(Phase.UPLOADING)
def upload_files(run: Run) -> Outcome:
    """Done when every file of this run is processed; their ids are kept with the run."""
    return _upload(run)


def _upload(run: Run) -> Outcome:
    found = [_training(run), *_validation(run)]
    row = registry().change(run.id, lambda row: _with_files(row, found))
    if (row.training.file, row.training.validation_file) != (
        run.training.file,
        run.training.validation_file,
    ):
        # A duplicate of this activity may have kept other files just before the row was written.
        return _upload(row)
    return _state(found)


def _training(run: Run) -> FileFacts:
    return _ensure(run.training.file, f"{run.id}.jsonl", run.dataset.blob, run.dataset.etag)


def _validation(run: Run) -> list[FileFacts]:
    name = names.parse(run.dataset.blob)
    blob = name.companion(".validation.jsonl") if name else ""
    if not storage.datasets().exists(blob):
        return []
    return [_ensure(run.training.validation_file, f"{run.id}.validation.jsonl", blob, None)]


def _ensure(known: str, filename: str, blob: str, etag: str | None) -> FileFacts:
    """The one file with this name: the known one, the oldest there is, or a new one."""
    facts = files().get(known) if known else None
    if facts is not None:
        return facts
    if not _usable(filename):
        files().upload(filename, _stream(blob, etag))
    return _reconcile(filename)


def _stream(blob: str, etag: str | None) -> BinaryIO:
    """The bytes of that version of the blob, read as they are sent."""
    facts = storage.datasets().facts(blob)
    if facts is None:
        raise ServiceError("dataset_missing", f"The blob {blob} no longer exists.", status=404)
    return storage.datasets().open(facts if etag is None else replace(facts, etag=etag))


def _usable(filename: str) -> list[FileFacts]:
    """Files of this name that were not refused; those that were, in an earlier try, go."""
    found = files().find(filename)
    for refused in (one for one in found if one.status == ERROR):
        files().delete(refused.id)
    return [one for one in found if one.status != ERROR]


def _reconcile(filename: str) -> FileFacts:
    """Keep the oldest of what concurrent duplicates uploaded, delete the others."""
    first, *others = files().find(filename)
    for other in others:
        files().delete(other.id)
    return first


def _with_files(row: Run, found: list[FileFacts]) -> Run:
    training, validation = found[0].id, found[1].id if found[1:] else ""
    if (row.training.file, row.training.validation_file) == (training, validation):
        return row
    return row.with_training(file=training, validation_file=validation)


def _state(found: list[FileFacts]) -> Outcome:
    for one in found:
        if one.status == ERROR:
            message = f"The service refused {one.filename}: {one.detail or 'it gave no reason'}"
            return Outcome.refuse("file_refused", message)
    waiting = [one for one in found if one.status != PROCESSED]
    if waiting:
        text = ", ".join(f"{one.filename} ({one.status})" for one in waiting)
        return Outcome.wait("files_processing", f"The service processes {text}.")
    return Outcome.done()
