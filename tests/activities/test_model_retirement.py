"""The retirement clock, as the service tells it."""

import logging
from datetime import date

import pytest

from activities import _model_retirement
from activities.log_retirement import log_retirement
from shared.registry.records import ModelRetirement
from shared.runs.orchestration import RetirementSummary, RunRef
from tests.activities.conftest import Advance, row
from tests.services import Emulator

DAY = 86_400.0


def test_the_service_is_asked(deployed_run: RunRef) -> None:
    """The base model's stage and ends, and the tuned model's own end of serving."""
    found = _model_retirement.update_dates(row(deployed_run))

    assert found.model_retirement == ModelRetirement(
        stage="Legacy",
        base=date(2027, 4, 14),
        training=date(2027, 4, 14),
        serving=date(2027, 10, 14),
    )
    assert _model_retirement.update_dates(found) == found


def test_a_service_that_does_not_say_changes_nothing(
    deployed_run: RunRef, emulator: Emulator
) -> None:
    """What was known before stays, and nothing fails."""
    before = _model_retirement.update_dates(row(deployed_run))
    emulator.control("faults", {"method": "GET", "path": "*/models/*", "status": 500, "times": 2})

    assert _model_retirement.update_dates(before) == before


def test_what_ends_soon_is_in_the_daily_log(
    serving: RunRef, advance: Advance, caplog: pytest.LogCaptureFixture
) -> None:
    """Long before nothing is said; in its last days each end is one line."""
    caplog.set_level(logging.WARNING, "tunedrop.retire")
    advance(3000 * DAY)

    log_retirement(RetirementSummary(()).to_dict())

    said = [one.message for one in caplog.records if one.message.startswith("retirement:")]
    assert len(said) == 3
    assert "base model ended on 2027-04-14 (the service itself)" in said[0]
    assert "training ended on 2027-04-14 (the service itself)" in said[1]
