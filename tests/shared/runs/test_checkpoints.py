"""Which state of a training is deployed."""

from typing import Any

import pytest

from shared.registry.parts import Checkpoint
from shared.runs.checkpoints import brief, choose


def checkpoint(step: int, **metrics: float) -> dict[str, Any]:
    """A checkpoint as the service lists it."""
    return {"id": f"ftchkpt-{step}", "step_number": step, "metrics": metrics}


FALLING = [checkpoint(step, full_valid_loss=2 - step / 100) for step in (80, 90, 100)]
RISING = [
    checkpoint(100, full_valid_loss=0.9, valid_loss=0.1),
    checkpoint(90, full_valid_loss=0.5, valid_loss=0.2),
    checkpoint(80, full_valid_loss=0.7, valid_loss=0.3),
]


def test_last_is_the_default() -> None:
    """Unless asked for, nothing is chosen and nothing is said."""
    assert (choose("last", RISING).id, choose("last", RISING).why) == ("", "")


def test_best_of_a_training_that_overfits() -> None:
    """The lowest loss over the whole validation file wins, and the sentence has both."""
    found = choose("best", RISING)

    assert found.id == "ftchkpt-90"
    assert "overfits" in found.why
    assert "step 90 (validation loss 0.5)" in found.why
    assert "step 100 (validation loss 0.9)" in found.why


@pytest.mark.parametrize(
    ("checkpoints", "why"),
    [
        (FALLING, "it is the best one, step 100"),
        ([checkpoint(80, train_loss=1.0)], "without a validation file"),
        ([], "without a validation file"),
        ([checkpoint(80, full_valid_loss=-1)], "without a validation file"),
        ([checkpoint(n, full_valid_loss=0.5) for n in (80, 90)], "it is the best one, step 90"),
    ],
)
def test_last_is_deployed_where_nothing_is_better(
    checkpoints: list[dict[str, Any]], why: str
) -> None:
    """The last state stays where it is best, equal, or nothing was measured; it says which."""
    found = choose("best", checkpoints)

    assert found.id == ""
    assert why in found.why


def test_loss_of_a_step_counts_where_there_is_no_other() -> None:
    """A service that measures only single batches has a best checkpoint too."""
    found = choose("best", [checkpoint(80, valid_loss=0.3), checkpoint(90, valid_loss=0.4)])

    assert found.id == "ftchkpt-80"


def test_brief_keeps_what_a_row_shows() -> None:
    """Id, model, step and losses are kept; what is missing is null."""
    (found,) = brief([{"id": "ftchkpt-1", "step_number": 3, "metrics": None}])

    assert found == Checkpoint("ftchkpt-1", None, step=3, train_loss=None, valid_loss=None)
