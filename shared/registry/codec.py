"""Runs and models as rows of the table, and back: the only place that knows the columns.

A field is a column of its name, and a field of a part has the part's name in front, such as
`training_job_id`. What is None or empty has no column, a list is one cell of JSON with a list for
each entry, so that a person reads the table without this code.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from functools import cache
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

from shared.registry.records import Dataset, Model, Run, TimelineEntry

MODEL_ROW = "@"  # the row key of a model; no run has it
TEXT_LIMIT = 30_000  # UTF-16 units of a text; a table cell holds 32,768 (64 KiB)

_KEYS = frozenset({"id", "model", "row_etag"})


class _Column(NamedTuple):
    name: str
    part: str  # of the record; empty for a field of its own
    field: str
    entry: Any  # type of an entry where the cell is a list, else None


def run_to_entity(run: Run) -> dict[str, Any]:
    """The table entity of a run; its own ETag is no part of it."""
    return {"PartitionKey": run.model, "RowKey": run.id, **_runs().encode(run)}


def run_from_entity(entity: Mapping[str, Any], etag: str) -> Run:
    """Read a run's table entity. Columns that a newer program wrote are ignored.

    Args:
        entity: As the table has it.
        etag: Of the row.
    """
    values = {"dataset": Dataset(), **_runs().decode(entity)}
    return Run(id=entity["RowKey"], model=entity["PartitionKey"], row_etag=etag, **values)


def model_to_entity(model: Model) -> dict[str, Any]:
    """The table entity of a model; its own ETag is no part of it."""
    return {"PartitionKey": model.model, "RowKey": MODEL_ROW, **_models().encode(model)}


def model_from_entity(entity: Mapping[str, Any], etag: str) -> Model:
    """Read a model's table entity; arguments as for `run_from_entity`."""
    return Model(model=entity["PartitionKey"], row_etag=etag, **_models().decode(entity))


def units(text: str) -> int:
    """The length of a text as a table counts it: in UTF-16 units, two for an emoji."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class _Layout:
    """The columns of one kind of record."""

    def __init__(self, record: type[Any]) -> None:
        hints = get_type_hints(record)
        self._parts: dict[str, Any] = {
            name: kind for name, kind in hints.items() if is_dataclass(kind)
        }
        self._columns: dict[str, _Column] = {}
        for name, kind in hints.items():
            for column in self._of_field(name, kind):
                self._columns[column.name] = column

    def encode(self, record: object) -> dict[str, Any]:
        """The cells of a record, without its keys."""
        cells: dict[str, Any] = {}
        for column in self._columns.values():
            owner = getattr(record, column.part) if column.part else record
            value = getattr(owner, column.field)
            if value not in (None, "", ()):
                cells[column.name] = _list_cell(value) if column.entry else value
        return cells

    def decode(self, entity: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments of a record that an entity holds, each part made of its columns."""
        values: dict[str, Any] = {}
        parts: dict[str, dict[str, Any]] = {}
        for name, cell in entity.items():
            column = self._columns.get(name)
            if column is None:
                continue
            owner = parts.setdefault(column.part, {}) if column.part else values
            owner[column.field] = _entries(cell, column.entry) if column.entry else cell
        return values | {name: self._parts[name](**given) for name, given in parts.items()}

    def _of_field(self, name: str, kind: Any) -> Iterator[_Column]:
        if name in self._parts:
            for own, its_kind in get_type_hints(self._parts[name]).items():
                yield _Column(f"{name}_{own}", name, own, _entry_type(its_kind))
        elif name not in _KEYS:
            yield _Column(name, "", name, _entry_type(kind))


@cache
def _runs() -> _Layout:
    return _Layout(Run)


@cache
def _models() -> _Layout:
    return _Layout(Model)


def _entry_type(kind: Any) -> Any:
    return get_args(kind)[0] if get_origin(kind) is tuple else None


def _list_cell(entries: tuple[Any, ...]) -> str:
    """A list as JSON. A timeline loses its oldest entries if it is longer than a cell."""
    text = json.dumps(entries, ensure_ascii=False)
    while units(text) > TEXT_LIMIT and isinstance(entries[0], TimelineEntry):
        entries = entries[1:]
        text = json.dumps(entries, ensure_ascii=False)
    return text


def _entries(cell: str, kind: Any) -> tuple[Any, ...]:
    return tuple(kind(*values) for values in json.loads(cell))
