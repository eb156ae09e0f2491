"""Runs as response bodies."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from api.presenters import costs, runs
from shared.registry import Run
from shared.registry.parts import Dataset, TimelineEntry
from shared.registry.state import Phase
from shared.settings import Settings

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DAY = timedelta(days=1)
BASE = "https://a/api"
ROW = Run(
    model="brolly",
    id="brolly-0123456789",
    phase=Phase.TRAINING,
    created=NOW - 3 * DAY,
    timeline=(
        TimelineEntry(Phase.RECEIVED, NOW - 3 * DAY, "brolly.jsonl"),
        TimelineEntry(Phase.TRAINING, NOW),
    ),
    waiting="the job is running",
    dataset=Dataset(blob="brolly.jsonl", etag="0x1"),
)
LIVE = replace(ROW, phase=Phase.SERVING).with_deployment(
    name="brolly-0123456789", created=NOW - 9 * DAY
)
SETTINGS = Settings(
    endpoint="https://a",
    subscription="s",
    resource_group="g",
    account="a",
    base_model="m",
    base_deployment="b",
)
COSTS = costs.run_costs(ROW, SETTINGS, NOW)


def test_a_run_shows_what_its_orchestration_waits_for() -> None:
    """The living orchestration knows best what it waits for, and when it looks again."""
    custom = {"waiting": "rate limit", "next_poll": "2026-11-25T12:10:00Z", "event": "poll-now-3"}

    run = runs.run(ROW, BASE, custom, None, COSTS, NOW)

    assert (run.waiting, run.next_look) == ("rate limit", "2026-11-25T12:10:00Z")


def test_a_run_without_an_orchestration_shows_its_row() -> None:
    """Without a living orchestration the registry's words are shown."""
    run = runs.run(ROW, BASE, {}, None, COSTS, NOW)

    assert (run.waiting, run.next_look, run.error) == ("the job is running", None, None)
    assert [(entry.phase, entry.note) for entry in run.timeline] == [
        ("received", "brolly.jsonl"),
        ("training", None),
    ]


def test_a_closed_run_says_why() -> None:
    """The error of a run has code, message and next step."""
    row = replace(ROW, phase=Phase.REJECTED).with_error(code="few", message="9", hint="10")

    error = runs.run(row, BASE, {}, None, COSTS, NOW).error

    assert error is not None
    assert (error.code, error.message, error.hint) == ("few", "9", "10")


@pytest.mark.parametrize(
    ("phase", "step"),
    [
        (Phase.RECEIVED, 0),
        (Phase.TRAINING, 4),
        (Phase.SERVING, 7),
        (Phase.ASLEEP, 7),
        (Phase.SUPERSEDED, 7),
    ],
)
def test_progress_on_the_way(phase: Phase, step: int) -> None:
    """Each phase is a step on the way to serving; what served has come all the way."""
    progress = runs.progress(replace(ROW, phase=phase, timeline=()))

    assert (progress.step, progress.of) == (step, 7)


def test_progress_of_a_closed_run() -> None:
    """A run that failed shows how far it came."""
    assert runs.progress(replace(ROW, phase=Phase.FAILED)).step == 4


@pytest.mark.parametrize(
    ("trained", "epochs", "note"),
    [
        (0, None, None),
        (3000, 3, None),
        (2000, 2, "2,000 tokens, and 3,000 were forecast: it trained 2 epochs, not 3."),
        (3100, 3, "3,100 tokens, and 3,000 were forecast: it counts tools, images,"),
        (3100, None, "3,100 tokens, and 3,000 were forecast: it counts tools, images,"),
    ],
)
def test_other_tokens_than_forecast_have_a_reason(
    trained: int, epochs: int | None, note: str | None
) -> None:
    """Where the service trained another number of tokens than was forecast, the run says why."""
    chosen = {"n_epochs": epochs} if epochs else None
    row = ROW.with_dataset(tokens=1000)
    row = row.with_training(epochs=3, trained_tokens=trained, hyperparameters=chosen)

    found = runs.training(row)

    assert found.forecast_tokens == 3000
    assert (found.tokens_note or "").find(note or "") >= 0
    assert (found.tokens_note is None) == (note is None)
