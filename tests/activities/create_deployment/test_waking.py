"""A version that is woken while its old deployment is being deleted."""

from activities.create_deployment import create_deployment
from shared import clock
from shared.deployments import wake
from shared.registry.state import Phase
from shared.runs.orchestration import Outcome, RunRef
from tests.activities.calls import call, settle
from tests.activities.conftest import Advance, change, row
from tests.activities.create_deployment import list_tuned_deployments, only_deployment
from tests.runs import at
from tests.services import Emulator


def test_deletion_that_was_begun_is_ended_first(serving: RunRef, emulator: Emulator) -> None:
    """A version that is woken while it is retired is deployed again, once the old one is gone."""
    change(
        serving,
        phase=Phase.ASLEEP,
        deployment_retiring=True,
        deployment_created="2026-01-01T00:00:00Z",
    )
    emulator.control("transitions", {"delete": "reads:3"})
    ref = wake.claim(serving.run, "a test asked").ref

    first = call(create_deployment, ref)

    assert (first.result, first.code) == ("wait", "deleting")
    assert settle(create_deployment, ref) == Outcome.done()
    assert only_deployment(emulator, ref)
    assert row(ref).deployment.created not in (None, at("2026-01-01"))
    assert not row(ref).deployment.retiring


def test_deletion_is_left_to_who_began_it(
    serving: RunRef, emulator: Emulator, advance: Advance
) -> None:
    """While the one who began may still be at it, it is waited for; later it is taken over."""
    change(
        serving,
        phase=Phase.ASLEEP,
        deployment_retiring=True,
        deployment_retire_claimed=clock.now(),
    )
    ref = wake.claim(serving.run, "a test asked").ref

    early = call(create_deployment, ref)
    still_there = list_tuned_deployments(emulator)
    advance(130)

    assert (early.result, early.code) == ("wait", "deleting")
    assert [name for name, _ in still_there] == [ref.run]
    assert settle(create_deployment, ref) == Outcome.done()
    assert only_deployment(emulator, ref)
    assert row(ref).deployment.retire_claimed is None
