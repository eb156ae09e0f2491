"""Runs for tests, by the names of their table's columns: `training_job_id`, `deployment_name`."""

from dataclasses import fields, replace
from typing import Any

from shared.registry import Run
from shared.registry.records import Dataset

CREATED = "2026-11-01T00:00:00.000Z"


def make_run(**values: Any) -> Run:
    """A run of the model `a` that was just received, except for these values."""
    known = {"id": "a-0123456789", "model": "a", "created": CREATED, "dataset": Dataset()}
    about = {"dataset_blob": f"{values.get('model', 'a')}.jsonl", "dataset_etag": "0x1"}
    return change_run(Run(**known), **{**about, **values})  # type: ignore[arg-type]


def change_run(run: Run, **values: Any) -> Run:
    """The run with these values; those of a part have its name in front."""
    own = {name: value for name, value in values.items() if name in _OWN}
    row = replace(run, **own)
    for column, value in values.items():
        if column not in own:
            part = next(one for one in _OWN if column.startswith(f"{one}_"))
            changed = replace(getattr(row, part), **{column.removeprefix(f"{part}_"): value})
            row = replace(row, **{part: changed})
    return row


_OWN = {one.name for one in fields(Run)}
