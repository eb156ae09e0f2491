"""What the service says that a training by the hour is charged for."""

import pytest

from activities.train_model.charged_hours import billed_hours


@pytest.mark.parametrize(
    ("messages", "hours"),
    [
        (["Job succeeded.", "Training hours billed: 0.500"], 0.5),
        (["Training hours billed: 0.5", "Training hours billed: 1,250.25"], 1250.25),
        (["Job succeeded.", "Training tokens billed: 7223000"], None),
        (["Training hours billed: 1.2.3"], None),
        ([None], None),
        ([], None),
    ],
)
def test_hours_come_from_the_newest_event(messages: list[object], hours: float | None) -> None:
    """Events that say something else, or nothing clear, are no hours."""
    assert billed_hours([{"message": one} for one in messages]) == hours
