"""Deployments that are gone already, or come back meanwhile."""

from activities import retire_deployment as module
from activities.create_deployment import create_deployment
from activities.retire_deployment import retire_deployment
from shared.clients.deployments import deployments
from shared.deployments import wake
from shared.registry.state import Phase
from shared.runs.orchestration import RunRef
from tests.activities.calls import settle
from tests.activities.conftest import change, row
from tests.activities.retire_deployment import names
from tests.services import Emulator


def test_deployment_that_is_gone_is_noticed(serving: RunRef, emulator: Emulator) -> None:
    """What a person, the service or the Developer tier deleted is asleep, not an error."""
    deployments().delete(serving.run)

    outcome = settle(retire_deployment, serving)

    assert (outcome.result, outcome.code) == ("done", "gone")
    assert (row(serving).phase, row(serving).deployment.name) == ("asleep", "")
    assert "tunedrop did not delete it" in row(serving).timeline[-1][2]


def test_version_that_wakes_is_left_alone(serving: RunRef, emulator: Emulator) -> None:
    """A version that was woken after the round began is not taken for one that is gone."""
    deployments().delete(serving.run)
    change(serving, phase=Phase.ASLEEP)
    wake.claim(serving.run, "a test asked")
    before = row(serving)

    outcome = settle(retire_deployment, serving)

    assert (outcome.result, outcome.code) == ("refused", "kept")
    assert row(serving) == before


def test_late_deletion_spares_the_new_deployment(idle: RunRef, emulator: Emulator) -> None:
    """A duplicate that comes after the version was woken again deletes nothing."""
    marked = module._mark_retiring(row(idle), module._judge(row(idle)))
    ref = wake.claim(idle.run, "a test asked").ref
    change(ref, deployment_retire_claimed=None)  # long ago
    settle(create_deployment, ref)
    change(ref, phase=Phase.SERVING, deployment_waking_since=None)

    outcome = module._delete(marked, "started before")

    assert outcome.result == "done"
    assert idle.run in names(emulator)
    assert row(idle).deployment.name == idle.run
