"""Runs and models as values."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from shared.registry.parts import Dataset, TimelineEntry
from shared.registry.records import Run, iso
from shared.registry.state import Phase

NOW = datetime(2026, 11, 25, 3, 4, 5, 678000, tzinfo=UTC)
ROW = Run(
    model="a",
    id="a-0123456789",
    created=NOW,
    dataset=Dataset(blob="a.jsonl", etag="0x1", size=7),
)
CELL = 32_768  # UTF-16 units that a table's text holds


def test_entering_a_phase_notes_it_and_ends_the_wait() -> None:
    """A new phase gets a line with its time, and the old reason to wait is over."""
    waiting = replace(ROW, waiting="for files")

    row = waiting.enter_phase(Phase.TRAINING, NOW, "begun")

    assert (row.phase, row.waiting) == ("training", "")
    assert row.timeline == (TimelineEntry(Phase.TRAINING, NOW, "begun"),)


def test_note_leaves_the_phase() -> None:
    """A note is a line under the phase that the row has."""
    row = ROW.add_note(NOW, "x" * 400)

    assert row.phase == "received"
    assert row.timeline == (TimelineEntry(Phase.RECEIVED, NOW, "x" * 300),)


def test_timeline_keeps_the_newest_hundred() -> None:
    """A long life does not make the row grow for ever."""
    row = ROW
    for number in range(120):
        row = row.add_note(NOW, str(number))

    assert [line[2] for line in row.timeline] == [str(number) for number in range(20, 120)]


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


def test_a_part_changes_by_itself() -> None:
    """Changing fields of one part leaves its others, and all other parts, as they were."""
    row = replace(ROW, attempt=3).with_training(job_id="j", epochs=2).with_deployment(retiring=True)

    assert row.with_training(job_id="") == replace(ROW, attempt=3).with_training(
        epochs=2
    ).with_deployment(retiring=True)


def test_times_are_utc_texts_that_sort() -> None:
    """A time of any zone is written in UTC with milliseconds, and read back."""
    berlin = NOW.astimezone(timezone(timedelta(hours=1)))

    assert iso(berlin) == iso(NOW) == "2026-11-25T03:04:05.678Z"
    assert iso(NOW.replace(microsecond=0)) == "2026-11-25T03:04:05.000Z"
