"""Upload: training and validation file, once each, until the service has processed them."""

from collections.abc import Callable
from dataclasses import replace

from activities._runner import step
from shared.clients import storage
from shared.clients.files import FileFacts, files
from shared.clients.storage import BlobFacts
from shared.errors import ServiceError
from shared.registry import Run, registry
from shared.registry.parts import Dataset
from shared.registry.state import Phase
from shared.runs import companions
from shared.runs.orchestration import Outcome

PROCESSED = "processed"
ERROR = "error"


@step(Phase.UPLOADING)
def upload_files(run: Run) -> Outcome:
    """Done when every file of this run is processed; their ids are kept with the run."""
    return _upload(run if run.training.file else companions.note_changes(run))


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
    return _ensure(run.training.file, f"{run.id}.jsonl", lambda: _dataset(run.dataset))


def _validation(run: Run) -> list[FileFacts]:
    companion = companions.find_companion(run, companions.VALIDATION)
    if companion is None:
        return []

    def read() -> BlobFacts:
        return companions.unchanged_validation_file(run, companion)

    return [_ensure(run.training.validation_file, f"{run.id}.validation.jsonl", read)]


def _ensure(known: str, filename: str, blob: Callable[[], BlobFacts]) -> FileFacts:
    """The one file with this name: the known one, the oldest there is, or a new one of a blob."""
    facts = files().get(known) if known else None
    if facts is not None:
        return facts
    if not _usable(filename):
        files().upload(filename, storage.datasets().open(blob()))
    return _reconcile(filename)


def _dataset(dataset: Dataset) -> BlobFacts:
    """The dataset's blob, in the version of this run whatever it is by now."""
    facts = storage.datasets().facts(dataset.blob)
    if facts is None:
        message = f"The blob {dataset.blob} no longer exists."
        raise ServiceError("dataset_missing", message, status=404)
    return replace(facts, etag=dataset.etag)


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
