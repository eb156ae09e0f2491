"""Runs and models as rows of the table."""

from collections.abc import Mapping
from dataclasses import Field, fields, is_dataclass, replace
from datetime import UTC, datetime
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.registry.codec import (
    TEXT_LIMIT,
    model_from_entity,
    model_to_entity,
    run_from_entity,
    run_to_entity,
    units,
)
from shared.registry.parts import Dataset
from shared.registry.records import Model, Run
from tests.runs import make_run

NOW = datetime(2026, 11, 25, 3, 4, 5, 678000, tzinfo=UTC)
ROW = Run(id="a-0123456789", model="a", created=NOW, dataset=Dataset(blob="a.jsonl"))
CELL = 32_768  # UTF-16 units that a table's text holds
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def _any_of(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a field's type."""
    if kind is str:
        return _TEXTS
    if kind is float:
        return st.floats(allow_nan=False, allow_infinity=False)
    if kind is datetime:
        return st.datetimes(timezones=st.just(UTC))
    if get_origin(kind) in (Mapping, dict):
        return st.dictionaries(_TEXTS, _any_of(get_args(kind)[1]), max_size=3)
    if get_origin(kind) in (Union, UnionType):
        return st.one_of(*map(_any_of, get_args(kind)))
    if get_origin(kind) is tuple:
        return st.lists(_any_of(get_args(kind)[0]), max_size=3).map(tuple)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return st.builds(
            kind, **{one.name: _value_of(one, hints[one.name]) for one in fields(kind)}
        )
    if isinstance(kind, type) and issubclass(kind, tuple):
        return st.builds(kind, *(_any_of(one) for one in get_type_hints(kind).values()))
    return st.from_type(kind)


def _value_of(field: Field[Any], kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a field. A text that is not empty by default never is."""
    found = _any_of(kind)
    return found.filter(bool) if kind is str and field.default != "" else found


_RUNS = _any_of(Run)
# Sixty fields take their time on a busy machine.
_PROPERTY = settings(max_examples=50)


@_PROPERTY
@given(_RUNS)
def test_run_is_read_as_it_was_written(run: Run) -> None:
    """Whatever a run holds survives the table; the ETag is the row's, not the writer's."""
    assert run_from_entity(run_to_entity(run), "W/1") == replace(run, row_etag="W/1")


@_PROPERTY
@given(_any_of(Model))
def test_model_is_read_as_it_was_written(model: Model) -> None:
    """Whatever a model holds survives the table."""
    assert model_from_entity(model_to_entity(model), "W/1") == replace(model, row_etag="W/1")


@_PROPERTY
@given(_RUNS)
def test_cells_are_what_a_table_takes(run: Run) -> None:
    """Each cell is a text, a number or a boolean, and nothing that is empty takes one."""
    cells = run_to_entity(run).values()

    assert all(isinstance(cell, str | int | float | bool) for cell in cells)
    assert not {"", None, "[]"} & set(cells) - {run.id, run.model}


def test_keys_are_model_and_run() -> None:
    """A model's versions lie together, with the model itself at `@`."""
    found = [run_to_entity(ROW), model_to_entity(Model(model="a"))]

    keys = [(entity["PartitionKey"], entity["RowKey"]) for entity in found]
    assert keys == [("a", "a-0123456789"), ("a", "@")]


def test_a_field_of_a_part_has_its_name_in_front() -> None:
    """Columns are named so that people find them in the table."""
    run = make_run(training_job_id="ftjob-1", deployment_retiring=True, phase="training")

    assert run_to_entity(run) == {
        "PartitionKey": "a",
        "RowKey": "a-0123456789",
        "phase": "training",
        "attempt": 1,
        "created": "2026-11-01T00:00:00.000000Z",
        "dataset_blob": "a.jsonl",
        "dataset_etag": "0x1",
        "dataset_size": 0,
        "dataset_examples": 0,
        "dataset_tokens": 0,
        "training_job_id": "ftjob-1",
        "training_epochs": 0,
        "training_method": "sft",
        "training_trained_tokens": 0,
        "deployment_retiring": True,
        "idleness_unknown_rounds": 0,
    }


def test_what_is_empty_takes_no_column() -> None:
    """Empty values are left out of the table, and neither keys nor ETag are columns."""
    entity = run_to_entity(replace(ROW, row_etag="W/1"))

    assert not {"", None} & set(entity.values())
    assert not {"model", "id", "row_etag", "error_code"} & entity.keys()


def test_column_of_a_newer_program_is_ignored() -> None:
    """A row that a newer version of the program wrote can be read."""
    entity = run_to_entity(ROW) | {"tenant": "x", "Timestamp": "now"}

    assert run_from_entity(entity, "") == ROW


@pytest.mark.parametrize("character", ["x", "ö", "旅", "😀", '"', "\n"])
def test_timeline_fits_its_cell(character: str) -> None:
    """Whatever the notes say, the timeline is no longer than what a table's cell holds."""
    row = ROW
    for _ in range(100):
        row = row.add_note(NOW, character * 300)

    entity = run_to_entity(row)

    assert units(entity["timeline"]) <= TEXT_LIMIT <= CELL
    assert run_from_entity(entity, "").timeline[-1][2] == character * 300


def test_length_counts_as_the_table_does() -> None:
    """An emoji is two units of UTF-16, a lone surrogate one."""
    assert [units(text) for text in ("", "aö旅", "😀", "\ud800")] == [0, 3, 2, 1]
