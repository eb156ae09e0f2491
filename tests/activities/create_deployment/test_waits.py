"""What is waited out: a full service, a busy one, a run that came before."""

from dataclasses import replace

import pytest

from activities.create_deployment import create_deployment
from shared import clock
from shared.registry import registry
from shared.registry.state import Phase
from shared.runs.orchestration import Outcome, RunRef
from tests.activities.calls import call, settle
from tests.activities.conftest import row
from tests.activities.create_deployment import error
from tests.runs import at
from tests.services import Emulator


def test_room_is_the_first_comer_s(trained_run: RunRef, emulator: Emulator) -> None:
    """A run that found the service full before gets what becomes free; then it is this one's."""
    now = clock.now()
    first = replace(row(trained_run), model="first", id="first-0123456789", phase=Phase.DEPLOYING)
    since = at("2026-01-01T00:00:00Z")
    waits = first.with_admission(waits_for="deployments_full", waits_since=since, last_look=now)
    registry().insert(waits)

    behind = call(create_deployment, trained_run)
    registry().change(first.id, lambda old: old.with_admission(waits_for=""))
    outcome = settle(create_deployment, trained_run)

    assert (behind.code, behind.unbounded) == ("deployments_full", True)
    assert "first-0123456789 waits for a deployment longer" in behind.message
    assert outcome == Outcome.done()
    assert row(trained_run).admission.waits_for == ""


@pytest.mark.parametrize(
    ("status", "code", "said", "held"),
    [
        (400, "InsufficientQuota", "quota_full", True),
        (400, "DeploymentLimitReached", "deployments_full", True),
        (409, "RequestConflict", "RequestConflict", False),
        (503, "ServiceUnavailable", "ServiceUnavailable", False),
    ],
)
def test_full_or_busy_service_is_waited_out(
    trained_run: RunRef, emulator: Emulator, status: int, code: str, said: str, held: bool
) -> None:
    """No quota, no room, another change: a wait with the reason in the row, then it goes on.

    Waiting for room breaks no deadline.
    """
    emulator.control("faults", error(status, code))

    outcome = call(create_deployment, trained_run)

    assert (outcome.result, outcome.code, outcome.unbounded) == ("wait", said, held)
    assert code in row(trained_run).waiting
    assert settle(create_deployment, trained_run) == Outcome.done()


def test_wait_is_as_long_as_the_service_says(trained_run: RunRef, emulator: Emulator) -> None:
    """429 is a wait with the service's own time."""
    emulator.control("faults", {**error(429, "429"), "headers": {"retry-after": "33"}})

    outcome = call(create_deployment, trained_run)

    assert (outcome.result, outcome.retry_after) == ("wait", 33)
