"""The view of a run."""

from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from local.demo.view import View, phase_spans, training_losses

TIMELINE = [
    {"phase": "received", "at": "2026-11-25T03:00:00.000Z", "note": "a.jsonl"},
    {"phase": "training", "at": "2026-11-25T03:00:02.000Z", "note": ""},
    {"phase": "training", "at": "2026-11-25T03:00:05.000Z", "note": "again"},
    {"phase": "deploying", "at": "2026-11-25T03:00:06.500Z", "note": ""},
]
NOW = datetime(2026, 11, 25, 3, 0, 10, tzinfo=UTC)


def run(*entries: dict[str, str]) -> dict[str, Any]:
    """A run as the app answers it."""
    return {"phase": entries[-1]["phase"], "timeline": list(entries)}


def test_time_of_each_phase_is_the_sum_of_its_parts() -> None:
    """A phase lasts until the next line of the timeline, the present one until now."""
    assert phase_spans(run(*TIMELINE), NOW) == {"received": 2.0, "training": 4.5, "deploying": 3.5}


def test_time_never_runs_backwards() -> None:
    """Clocks that differ a little make no negative times."""
    assert phase_spans(run(TIMELINE[3], TIMELINE[0]), NOW)["deploying"] == 0.0


@pytest.mark.parametrize(
    ("events", "losses"),
    [
        ({}, []),
        ({"curve": [], "events": []}, []),
        ({"events": [{"data": {"train_loss": 2}}, {"data": None}, {"message": "x"}]}, [2.0]),
        ({"curve": [{"train_loss": 1.5}, {"step": 2.0}], "events": [{"data": {}}]}, [1.5]),
    ],
)
def test_losses_come_from_the_curve_or_from_events(
    events: dict[str, Any], losses: list[float]
) -> None:
    """The curve counts once it is there; before it, the events do."""
    assert training_losses(events) == losses


def test_pipe_gets_each_line_once() -> None:
    """Without a terminal each phase and each new loss is one plain line."""
    out = StringIO()
    view = View(Console(file=out, width=100), None)

    view.show(run(*TIMELINE[:2]), {"events": [{"data": {"train_loss": 2}}]})
    view.show(run(*TIMELINE), {"events": [{"data": {"train_loss": 2}}]})

    said = [line.partition(" s  ")[2] for line in out.getvalue().splitlines()]
    assert said == [
        "received: a.jsonl",
        "training",
        "training loss 2.000",
        "training: again",
        "deploying",
    ]
