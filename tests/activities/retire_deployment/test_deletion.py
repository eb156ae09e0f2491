"""A deletion that is begun ends once, whatever is lost, slow or repeated."""

import pytest

from activities.retire_deployment import retire_deployment
from shared.registry.state import Phase
from shared.runs.orchestration import RunRef
from tests.activities.calls import at_once, call, settle
from tests.activities.conftest import row
from tests.activities.retire_deployment import names
from tests.services import Emulator

DELETE = {"method": "DELETE", "path": "*/deployments/*"}


def test_hours_until_it_was_gone_stay_in_the_row(idle: RunRef) -> None:
    """Sixteen days were paid for, and the row says so after the deployment is deleted."""
    settle(retire_deployment, idle)

    hours = sum(number for _, sku, number in row(idle).deployment.hosted_hours if sku == "Standard")
    assert hours == pytest.approx(16 * 24, abs=0.1)
    assert row(idle).deployment.live_since is None


def test_idle_deployment_is_deleted_and_the_model_kept(idle: RunRef, emulator: Emulator) -> None:
    """The version falls asleep with the evidence in its timeline; job and model stay known."""
    outcome = settle(retire_deployment, idle)

    now = row(idle)
    assert outcome.result == "done"
    assert names(emulator) == ["gpt-4.1-mini"]
    assert (now.phase, now.deployment.name, now.deployment.retiring) == ("asleep", "", False)
    assert now.training.tuned_model
    assert "idle for 16.0 days" in now.timeline[-1][2]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", [{"reset": True}, {"status": 500}])
def test_lost_answer_ends_in_one_deletion(
    idle: RunRef, emulator: Emulator, when: str, kind: dict[str, object]
) -> None:
    """Whatever becomes of the answer, the deployment goes and the row says so."""
    emulator.control("faults", {**DELETE, "when": when, **kind})

    call(retire_deployment, idle)

    assert settle(retire_deployment, idle).result == "done"
    assert names(emulator) == ["gpt-4.1-mini"]
    assert (row(idle).phase, row(idle).deployment.name) == ("asleep", "")


def test_deletion_is_waited_for(idle: RunRef, emulator: Emulator) -> None:
    """A deletion that takes its time is a wait; the row is marked until it is over."""
    emulator.control("transitions", {"delete": "reads:3"})

    outcome = call(retire_deployment, idle)
    marked = row(idle)

    assert (outcome.result, outcome.code) == ("wait", "deleting")
    assert (marked.phase, marked.deployment.retiring, marked.deployment.name) == (
        "asleep",
        True,
        idle.run,
    )
    assert settle(retire_deployment, idle).result == "done"
    assert (row(idle).deployment.retiring, row(idle).deployment.name) == (False, "")


def test_another_change_of_the_account_is_waited_out(idle: RunRef, emulator: Emulator) -> None:
    """`RequestConflict` is a wait."""
    body = {"error": {"code": "RequestConflict", "message": "Another operation."}}
    emulator.control("faults", {**DELETE, "status": 409, "body": body})

    assert call(retire_deployment, idle).code == "RequestConflict"
    assert settle(retire_deployment, idle).result == "done"


def test_duplicates_at_once_delete_once(idle: RunRef, emulator: Emulator) -> None:
    """Four at the same time end in one sleeping version with one line in its timeline."""
    at_once(retire_deployment, idle)

    assert settle(retire_deployment, idle).result == "done"
    assert names(emulator) == ["gpt-4.1-mini"]
    assert [line[0] for line in row(idle).timeline].count(Phase.ASLEEP) == 1


def test_second_call_finds_nothing_to_do(idle: RunRef) -> None:
    """A duplicate after the deletion is done and changes nothing."""
    settle(retire_deployment, idle)
    before = row(idle)

    assert call(retire_deployment, idle).result == "done"
    assert row(idle) == before
