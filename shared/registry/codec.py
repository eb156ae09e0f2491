"""Runs and models as rows of the table, and back: the only place that knows the columns.

A field is a column of its name, and a field of a part has the part's name in front, such as
`training_job_id`. What is None or empty has no column. A time is ISO text in UTC, a list is one
cell of JSON with a list for each entry, so that a person reads the table without this code.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache, partial
from types import UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

from shared.registry.parts import Dataset, TimelineEntry
from shared.registry.records import Model, Run

MODEL_ROW = "@"  # the row key of a model; no run has it
TEXT_LIMIT = 30_000  # UTF-16 units of a text; a table cell holds 32,768 (64 KiB)

_KEYS = frozenset({"id", "model", "row_etag"})

_Decode = Callable[[Any], Any]


class _Column(NamedTuple):
    name: str
    part: str  # of the record; empty for a field of its own
    field: str
    is_json: bool  # whether the cell is a list or an object as JSON
    decode: _Decode


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
                cells[column.name] = _json_cell(value) if column.is_json else _encode(value)
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
            owner[column.field] = column.decode(json.loads(cell) if column.is_json else cell)
        return values | {name: self._parts[name](**given) for name, given in parts.items()}

    def _of_field(self, name: str, kind: Any) -> Iterator[_Column]:
        if name in self._parts:
            for own, its_kind in get_type_hints(self._parts[name]).items():
                yield _column(f"{name}_{own}", name, own, its_kind)
        elif name not in _KEYS:
            yield _column(name, "", name, kind)


@cache
def _runs() -> _Layout:
    return _Layout(Run)


@cache
def _models() -> _Layout:
    return _Layout(Model)


def _column(name: str, part: str, field: str, kind: Any) -> _Column:
    is_json = any(_is_collection(one) for one in (kind, *_alternatives(kind)))
    return _Column(name, part, field, is_json, _decoder(kind))


def _encode(value: Any) -> Any:
    """A value as JSON and the table have it. Only what has a decoder is encoded."""
    if isinstance(value, datetime):
        text = value.astimezone(UTC).isoformat(timespec="microseconds")
        return text.replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [_encode(one) for one in value]
    if is_dataclass(value):
        return {one.name: _encode(getattr(value, one.name)) for one in fields(value)}
    return value


def _decoder(kind: Any) -> _Decode:
    """What makes a value of a field's type of what `_encode` made."""
    if _alternatives(kind):
        return _union_decoder(kind)
    if get_origin(kind) is tuple:
        entry = _decoder(get_args(kind)[0])
        return lambda values: tuple(map(entry, values))
    if not isinstance(kind, type):
        return _as_it_is
    if issubclass(kind, datetime | date):
        return kind.fromisoformat
    if issubclass(kind, StrEnum):
        return kind
    if issubclass(kind, tuple):
        decoders = [_decoder(one) for one in get_type_hints(kind).values()]
        return lambda values: kind(
            *(decode(one) for decode, one in zip(decoders, values, strict=True))
        )
    if is_dataclass(kind):
        return partial(_decode_object, kind)
    return _as_it_is


def _decode_object(kind: Any, values: Mapping[str, Any]) -> Any:
    """A dataclass in a cell; what a newer program wrote into it is ignored."""
    hints = get_type_hints(kind)
    known = {one.name for one in fields(kind)} & values.keys()
    return kind(**{name: _decoder(hints[name])(values[name]) for name in known})


def _union_decoder(kind: Any) -> _Decode:
    """For a type or None, or for a type or some words, such as a time or `for good`."""
    kinds = [one for one in _alternatives(kind) if one is not type(None)]
    words = [word for one in kinds if get_origin(one) is Literal for word in get_args(one)]
    others = [_decoder(one) for one in kinds if get_origin(one) is not Literal]
    decode = others[0] if len(others) == 1 else _as_it_is
    return lambda value: value if value is None or value in words else decode(value)


def _alternatives(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else ()


def _is_collection(kind: Any) -> bool:
    return get_origin(kind) in (tuple, Mapping) or is_dataclass(kind)


def _as_it_is(value: Any) -> Any:
    return value


def _json_cell(value: Any) -> str:
    """A list as JSON. A timeline loses its oldest entries if it is longer than a cell."""
    text = json.dumps(_encode(value), ensure_ascii=False)
    while (
        units(text) > TEXT_LIMIT
        and isinstance(value, tuple)
        and isinstance(value[0], TimelineEntry)
    ):
        value = value[1:]
        text = json.dumps(_encode(value), ensure_ascii=False)
    return text
