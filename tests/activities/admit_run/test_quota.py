"""Resource Manager's quota for deployments."""

import pytest

from activities.admit_run import admit_run
from shared.runs.orchestration import RunRef
from shared.settings import settings
from tests.activities.calls import call
from tests.services import Emulator

USAGES = {"method": "GET", "path": "*/usages*", "times": 0}
QUOTA = "OpenAI.Standard.gpt-4.1-mini-finetune"


def quota(emulator: Emulator, used: float, limit: float, name: str = QUOTA) -> None:
    """Let Resource Manager tell this much of a quota."""
    row = {"name": {"value": name}, "currentValue": used, "limit": limit, "unit": "Count"}
    emulator.control("faults", {**USAGES, "status": 200, "body": {"value": [row]}})


def test_quota_is_looked_up(received_run: RunRef, emulator: Emulator) -> None:
    """A deployment that the quota has no room for is waited for before anything is paid."""
    needed = settings().deployment_capacity
    quota(emulator, 100 - needed + 1, 100)
    full = call(admit_run, received_run)
    emulator.control("reset")
    quota(emulator, 100 - needed, 100)
    room = call(admit_run, received_run)

    assert (full.result, full.code) == ("wait", "quota_full")
    assert f"96 of 100 thousand tokens per minute of {QUOTA} are in use" in full.message
    assert room.result == "done"


@pytest.mark.parametrize("status", [401, 403, 404])
def test_unknown_quota_is_no_wait(received_run: RunRef, emulator: Emulator, status: int) -> None:
    """The role for quotas is another one; without it the deployment itself is refused if full."""
    emulator.control("faults", {**USAGES, "status": status, "body": {"error": {"code": "No"}}})

    assert call(admit_run, received_run).result == "done"


def test_quota_that_cannot_be_asked_for_is_a_wait(received_run: RunRef, emulator: Emulator) -> None:
    """A failing service is not taken for one without quotas."""
    emulator.control("faults", {**USAGES, "status": 503})

    assert call(admit_run, received_run).result == "wait"
