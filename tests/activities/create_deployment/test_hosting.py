"""From when on a deployment costs money and counts as idle."""

from activities.create_deployment import create_deployment
from shared.clients.deployments import deployments
from shared.registry.records import iso
from shared.runs.orchestration import RunRef
from tests.activities.calls import call, settled
from tests.activities.conftest import change, row
from tests.activities.create_deployment import error
from tests.services import Emulator


def test_hosting_is_counted_from_the_service_s_own_time(
    trained: RunRef, emulator: Emulator
) -> None:
    """What it costs begins with the creation that the service names, under its SKU."""
    settled(create_deployment, trained)

    facts = deployments().get(trained.run)
    assert facts is not None
    assert facts.created_at is not None
    assert row(trained).deployment.live_since == iso(facts.created_at)
    assert row(trained).deployment.sku == facts.sku


def test_waiting_for_quota_costs_nothing(trained: RunRef, emulator: Emulator) -> None:
    """A deployment that is only wanted has no hours, however long it waits."""
    emulator.control("faults", error(400, "InsufficientQuota"))

    call(create_deployment, trained)

    assert row(trained).deployment.name
    assert row(trained).deployment.live_since == ""


def test_time_without_room_is_no_idle_time(trained: RunRef, emulator: Emulator) -> None:
    """What waited for weeks is as old as its deployment, not as the wish for it."""
    change(trained, deployment_name=trained.run, deployment_created="2026-01-01T00:00:00.000Z")

    settled(create_deployment, trained)

    assert row(trained).deployment.created == row(trained).deployment.live_since
