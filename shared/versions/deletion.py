"""Deleting a model: what is marked first, what the record of it says.

The marks in the registry are the request: from then on nothing is woken, promoted or tried again,
and the deletion can be taken up by anybody at any point.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime

from shared import clock
from shared.clients import storage
from shared.datasets import names
from shared.payload import Payload
from shared.registry import Run, registry
from shared.registry.records import iso


@dataclass(frozen=True)
class DeletedRun(Payload):
    """A version that is deleted.

    Attributes:
        deployment: Its deployment, which is deleted; empty if it had none.
        files: Ids of its files at the service, which are deleted.
        tuned_model: What the service keeps: there is no call that deletes it.
        job: The job that made it, which the service keeps too.
    """

    run: str
    dataset: str
    sha256: str = ""
    deployment: str = ""
    files: tuple[str, ...] = ()
    tuned_model: str = ""
    job: str = ""


@dataclass(frozen=True)
class Deletion(Payload):
    """A deletion of a model; `ended` is empty while it goes on."""

    model: str
    asked: str
    ended: str = ""
    runs: tuple[DeletedRun, ...] = ()

    @classmethod
    def from_dict(cls, data: object) -> "Deletion":
        """Read what `to_dict` wrote."""
        found = super().from_dict(data)
        return replace(found, runs=tuple(map(DeletedRun.from_dict, found.runs)))


def mark_deleting(name: str) -> tuple[str, list[Run]]:
    """Mark a model and its present versions as being deleted. Safe to repeat.

    A run whose dataset is dropped after that is no part of it.

    Returns:
        When the deletion was asked for, as its record says it, and the versions that are to go.
    """
    now = clock.now()
    model = registry().change_model(
        name, lambda row: row if row.deleting else replace(row, deleting=now)
    )
    asked = model.deleting or now
    old = [one for one in registry().versions(name) if one.created <= asked]
    rows = [registry().change(one.id, lambda row: _mark_row(row, asked)) for one in old]
    # From here on their ETags change no more, and an event that comes late must find them; only
    # then may the bytes be a new run.
    for row in rows:
        dataset = names.parse(row.dataset.blob)
        if dataset is not None:
            registry().add_tombstone(name, dataset.run_id(row.dataset.etag))
    registry().release_claims(name, {one.id for one in old})
    return iso(asked), rows


def read_record(name: str) -> Deletion | None:
    """What is known of the last deletion of a model, or None."""
    data = storage.reports().read(_path(name))
    return Deletion.from_dict(json.loads(data)) if data else None


def write_record(deletion: Deletion) -> None:
    """Keep a record, so that it outlives the rows."""
    text = json.dumps(deletion.to_dict(), ensure_ascii=False, indent=1).encode()
    storage.reports().write(_path(deletion.model), text, "application/json")


def build_record(name: str, asked: str, doomed: list[Run]) -> Deletion:
    """The deletion of these versions, with what an earlier look at it has removed already."""
    before = read_record(name)
    known = {one.run: one for one in before.runs} if before and before.asked == asked else {}
    # A file or a deployment that is gone by now is part of what was deleted.
    known |= {one.id: _describe(one, known.get(one.id)) for one in doomed}
    return Deletion(name, asked, runs=tuple(known.values()))


def _mark_row(row: Run, asked: datetime) -> Run:
    if row.deleting_since:
        return row
    marked = replace(row.add_note(clock.now(), "its model is being deleted"), deleting_since=asked)
    return (
        marked if row.resting else replace(marked, cancel_requested=row.cancel_requested or asked)
    )


def _describe(row: Run, before: DeletedRun | None) -> DeletedRun:
    files = [one for one in (row.training.file, row.training.validation_file) if one]
    return DeletedRun(
        run=row.id,
        dataset=row.dataset.blob,
        sha256=row.dataset.sha256,
        deployment=row.deployment.name or (before.deployment if before else ""),
        files=tuple(dict.fromkeys([*(before.files if before else ()), *files])),
        tuned_model=row.training.tuned_model,
        job=row.training.job_id,
    )


def _path(name: str) -> str:
    return f"{name}/{storage.DELETION}"
