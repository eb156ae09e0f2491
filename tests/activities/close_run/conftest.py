"""A run whose job is at work."""

import pytest

from activities.train_model import train_model
from shared.runs.orchestration import RunRef
from tests.activities.calls import call
from tests.services import Emulator


@pytest.fixture
def training(uploaded_run: RunRef, emulator: Emulator) -> RunRef:
    """A run whose job goes on for long."""
    emulator.control("transitions", {"job": "reads:1000", "queue": "immediate"})
    call(train_model, uploaded_run)
    return uploaded_run
