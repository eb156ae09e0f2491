"""Delete a model: deployments, files at the service, rows; in this order, and to the end."""

import logging
from dataclasses import replace
from typing import Any

from activities._deployment_deletion import finish_deletion
from activities._runner import outcome_of
from shared import clock
from shared.clients.files import files
from shared.clients.jobs import jobs
from shared.registry import Model, Run, registry
from shared.registry.records import iso
from shared.runs.orchestration import Outcome, Result, RunRef
from shared.versions import deletion
from shared.versions.deletion import Deletion

log = logging.getLogger("tunedrop.activities")


def delete_resources(payload: object) -> dict[str, Any]:
    """Done when nothing is left of the versions that were marked; the record says what was.

    It never refuses: what costs money still is looked at until it is gone.
    """
    ref = RunRef.from_dict(payload)
    outcome = outcome_of(ref, lambda: _delete(ref.model))
    if outcome.result == Result.REFUSED:
        outcome = Outcome.wait(outcome.code, outcome.message, hint=outcome.hint)
    return outcome.to_dict()


def _delete(name: str) -> Outcome:
    model = registry().model(name)
    if model is None or not model.deleting:
        return Outcome.done("It is deleted.")
    asked, doomed = deletion.mark_deleting(name)
    if not doomed and _is_over(name, asked):
        # Somebody asked again just as it ended: the record of it stays.
        return _delete_model(model.model, set())
    busy = [one.id for one in doomed if not one.resting]
    if busy:
        return Outcome.wait("cancelling", f"These runs are being cancelled: {', '.join(busy)}.")
    record = deletion.build_record(name, asked, doomed)
    deletion.write_record(record)
    going = [one for one in map(_delete_deployment, doomed) if one]
    if going:
        return going[0]
    record = replace(record, runs=tuple(_delete_files(one) for one in record.runs))
    deletion.write_record(record)
    for row in (registry().find(one.id) for one in doomed):
        if row is not None:
            registry().archive_and_delete(row)
    return _end(model, record)


def _delete_deployment(run: Run) -> Outcome | None:
    def mark(row: Run) -> Run:
        return (
            row.with_deployment(retiring=True)
            if row.deployment.name and not row.deployment.retiring
            else row
        )

    registry().change(run.id, mark)
    return finish_deletion(run.id)


def _delete_files(removed: deletion.DeletedRun) -> deletion.DeletedRun:
    """Delete what was uploaded for a run, also what its row does not know, and its results."""
    names = (f"{removed.run}.jsonl", f"{removed.run}.validation.jsonl")
    job = jobs().get(removed.job) if removed.job else None
    ids = [one.id for one in files().find_all(names)] + list(job.result_files if job else ())
    for one in (*removed.files, *ids):
        files().delete(one)
    return replace(removed, files=tuple(dict.fromkeys((*removed.files, *ids))))


def _is_over(name: str, asked: str) -> bool:
    known = deletion.read_record(name)
    return known is not None and bool(known.ended) and known.asked != asked


def _end(model: Model, record: Deletion) -> Outcome:
    gone = {one.run for one in record.runs}
    deletion.write_record(replace(record, ended=iso(clock.now())))
    log.info("%s is deleted: %d versions", model.model, len(gone))
    return _delete_model(model.model, gone)


def _delete_model(name: str, gone: set[str]) -> Outcome:
    """The model's own row goes last: while it is there, the deletion is not over."""
    model = registry().model(name)
    newer = [one for one in registry().versions(name) if one.id not in gone]
    if newer:
        registry().change_model(name, lambda row: _without(row, gone))
    elif model is not None:
        registry().delete_model(model)
    return Outcome.done("It is deleted.")


def _without(row: Model, gone: set[str]) -> Model:
    names = ("active", "previous", "wanted", "rolled_back")
    lost: dict[str, Any] = {name: "" for name in names if getattr(row, name) in gone}
    return replace(row, deleting=None, **lost)
