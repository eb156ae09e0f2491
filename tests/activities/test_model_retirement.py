"""The retirement clock, as the service tells it."""

import logging
from datetime import UTC, datetime

import pytest

from activities import _model_retirement
from activities.log_retirement import log_retirement
from local.azure.models.catalogue import CATALOGUE
from shared.registry.parts import ModelRetirement
from shared.runs.orchestration import RetirementSummary, RunRef
from tests.activities.conftest import Advance, row
from tests.services import Emulator

DAY = 86_400.0
EMULATED = CATALOGUE["gpt-4.1-mini-2025-04-14"]
BASE, TRAINING, SERVING = (
    datetime.fromtimestamp(EMULATED.end(purpose), UTC).date()
    for purpose in ("base", "training", "tuned")
)


def test_the_service_is_asked(deployed_run: RunRef) -> None:
    """The base model's stage and ends, and the tuned model's own end of serving."""
    found = _model_retirement.update_dates(row(deployed_run))

    assert found.model_retirement == ModelRetirement(
        stage="Legacy",
        base=BASE,
        training=TRAINING,
        serving=SERVING,
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
    assert f"base model ended on {BASE} (the service itself)" in said[0]
    assert f"training ended on {TRAINING} (the service itself)" in said[1]
