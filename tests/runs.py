"""Runs for tests, by the names of their table's columns: `training_job_id`, `deployment_name`."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any, get_args, get_type_hints

from shared.registry import Run
from shared.registry.parts import Dataset
from shared.registry.state import Phase

CREATED = "2026-11-01T00:00:00.000Z"


def at(text: str) -> datetime:
    """A time by its ISO text, in UTC if it names no zone."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def make_run(**values: Any) -> Run:
    """A run of the model `a` that was just received, except for these values."""
    start = Run(id="a-0123456789", model="a", created=at(CREATED), dataset=Dataset())
    about = {"dataset_blob": f"{values.get('model', 'a')}.jsonl", "dataset_etag": "0x1"}
    return change_run(start, **{**about, **values})


def change_run(run: Run, **values: Any) -> Run:
    """The run with these values; those of a part have its name in front."""
    own = {name: value for name, value in values.items() if name in _OWN}
    row = replace(run, **{name: _value(Run, name, value) for name, value in own.items()})
    for column, value in values.items():
        if column not in own:
            part = next(one for one in _OWN if column.startswith(f"{one}_"))
            old, name = getattr(row, part), column.removeprefix(f"{part}_")
            row = replace(row, **{part: replace(old, **{name: _value(type(old), name, value)})})
    return row


def _value(record: type[Any], name: str, value: Any) -> Any:
    """A value as the field has it: tests may write a time as ISO text, and a phase as a word."""
    kinds = get_args(get_type_hints(record)[name]) or (get_type_hints(record)[name],)
    if isinstance(value, str) and datetime in kinds:
        return at(value)
    return Phase(value) if kinds == (Phase,) else value


_OWN = {one.name for one in fields(Run)}
