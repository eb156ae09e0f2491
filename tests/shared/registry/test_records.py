"""Rows as they lie in the table."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from shared.registry.records import Model, Version, cleared, iso, units, when
from shared.registry.state import Phase

NOW = datetime(2026, 11, 25, 3, 4, 5, 678000, tzinfo=UTC)
ROW = Version(
    model="a", run="a-0123456789", created=iso(NOW), dataset="a.jsonl", etag="0x1", size=7
)
CELL = 32_768  # UTF-16 units that a table's text holds


def test_version_is_read_as_it_was_written() -> None:
    """Every field survives the table, the timeline too."""
    paid: dict[str, Any] = {
        "trainings": (("ftjob-1", iso(NOW), "Developer", 5), ("ftjob-2", iso(NOW), "", None)),
        "trained_hours": (("ftjob-1", 0.5),),
        "hosted": (("2026-11", "Standard", 1.5),),
    }
    row = replace(ROW, retiring=True, tokens=3, system_message="Größe", **paid).entered(
        Phase.TRAINING, NOW, "a note"
    )

    read = Version.from_entity(row.to_entity(), "W/1")

    assert read == replace(row, row_etag="W/1")


def test_model_is_read_as_it_was_written() -> None:
    """A model's row survives the table."""
    row = Model(model="a", active="a-0123456789", pinned="2026-12-01T00:00:00.000Z", raw=True)

    assert Model.from_entity(row.to_entity(), "W/1") == replace(row, row_etag="W/1")


def test_keys_are_model_and_run() -> None:
    """A model's versions lie together, with the model itself at `@`."""
    found = [ROW.to_entity(), Model(model="a").to_entity()]

    keys = [(entity["PartitionKey"], entity["RowKey"]) for entity in found]
    assert keys == [("a", "a-0123456789"), ("a", "@")]


def test_what_is_empty_takes_no_column() -> None:
    """Empty values are left out of the table, and neither keys nor ETag are columns."""
    entity = replace(ROW, row_etag="W/1").to_entity()

    assert not {"", None} & set(entity.values())
    assert not {"model", "run", "row_etag", "error_code"} & entity.keys()


def test_column_of_a_newer_program_is_ignored() -> None:
    """A row that a newer version of the program wrote can be read."""
    entity = ROW.to_entity() | {"tenant": "x", "Timestamp": "now"}

    assert Version.from_entity(entity, "") == ROW


def test_entering_a_phase_notes_it_and_ends_the_wait() -> None:
    """A new phase gets a line with its time, and the old reason to wait is over."""
    waiting = replace(ROW, waiting="for files")

    row = waiting.entered(Phase.TRAINING, NOW, "begun")

    assert (row.phase, row.waiting) == ("training", "")
    assert row.timeline == (("training", "2026-11-25T03:04:05.678Z", "begun"),)


def test_note_leaves_the_phase() -> None:
    """A note is a line under the phase that the row has."""
    row = ROW.noted(NOW, "x" * 400)

    assert row.phase == "received"
    assert row.timeline == (("received", iso(NOW), "x" * 300),)


def test_timeline_keeps_the_newest_hundred() -> None:
    """A long life does not make the row grow for ever."""
    row = ROW
    for number in range(120):
        row = row.noted(NOW, str(number))

    assert [line[2] for line in row.timeline] == [str(number) for number in range(20, 120)]


@pytest.mark.parametrize("character", ["x", "ö", "旅", "😀", '"', "\n"])
def test_timeline_fits_its_cell(character: str) -> None:
    """Whatever the notes say, the timeline is no longer than what a table's cell holds."""
    row = ROW
    for _ in range(100):
        row = row.noted(NOW, character * 300)

    assert units(row.to_entity()["timeline"]) <= CELL
    assert row.timeline[-1][2] == character * 300


def test_length_counts_as_the_table_does() -> None:
    """An emoji is two units of UTF-16, a lone surrogate one."""
    assert [units(text) for text in ("", "aö旅", "😀", "\ud800")] == [0, 3, 2, 1]


def test_run_is_resting_when_nothing_works_on_it() -> None:
    """The resting phases are those in which no orchestration runs."""
    resting = [phase for phase in Phase if replace(ROW, phase=phase).resting]

    assert resting == [
        Phase.REJECTED,
        Phase.SERVING,
        Phase.ASLEEP,
        Phase.SUPERSEDED,
        Phase.CANCELLED,
        Phase.FAILED,
    ]


def test_cleared_fields_have_their_defaults() -> None:
    """Clearing puts the named fields back and leaves the others."""
    row = replace(ROW, job="j", attempt=3, retiring=True)

    assert cleared(row, "job", "retiring") == replace(ROW, attempt=3)


def test_times_are_utc_texts_that_sort() -> None:
    """A time of any zone is written in UTC with milliseconds, and read back."""
    berlin = NOW.astimezone(timezone(timedelta(hours=1)))

    assert iso(berlin) == iso(NOW) == "2026-11-25T03:04:05.678Z"
    assert iso(NOW.replace(microsecond=0)) == "2026-11-25T03:04:05.000Z"
    assert when(iso(NOW)) == NOW
    assert when("") is None
