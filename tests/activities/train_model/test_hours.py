"""What a training by the hour is charged for."""

import pytest

from activities.train_model import charged_hours, train_model
from shared import clock
from shared.billing.spending import spending
from tests.activities.calls import call, settle
from tests.activities.conftest import Advance, row
from tests.activities.train_model import reasoning
from tests.container import Container
from tests.services import Emulator


@pytest.mark.usefixtures("app")
def test_training_by_the_hour_notes_its_hours(container: Container, emulator: Emulator) -> None:
    """What is charged comes from the job's own event, and agrees with the service's bill."""
    ref = reasoning(container)
    emulator.control("transitions", {"job": "seconds:5400"})
    call(train_model, ref)
    emulator.control("clock", {"advance": 7200})

    assert settle(train_model, ref).result == "done"

    assert row(ref).training.charged_hours == ((row(ref).training.job_id, 1.5),)
    (billed,) = emulator.look("bill")["trainings"]
    assert (billed["hours"], billed["usd"]) == (1.5, 150.0)
    assert spending(row(ref), clock.now()).training.usd == 150.0


@pytest.mark.usefixtures("app")
def test_unknown_hours_hold_up_a_run_for_minutes_only(
    container: Container, monkeypatch: pytest.MonkeyPatch, advance: Advance
) -> None:
    """The event comes after the job's end; without it the cost is unknown, and the run goes on."""
    monkeypatch.setattr(charged_hours, "billed_hours", lambda _: None)
    ref = reasoning(container)
    while (waits := call(train_model, ref)).code not in ("billing", ""):
        pass
    advance(1200)

    outcome = call(train_model, ref)

    assert (waits.result, waits.code) == ("wait", "billing")
    assert (outcome.result, row(ref).training.charged_hours) == ("done", ())
    assert "does not say how many hours" in spending(row(ref), clock.now()).training.unknown[0]
