"""From when on a deployment costs money and counts as idle."""

from activities.create_deployment import create_deployment
from shared.clients.deployments import deployments
from shared.runs.orchestration import RunRef
from tests.activities.calls import call, settle
from tests.activities.conftest import change, row
from tests.activities.create_deployment import error
from tests.services import Emulator


def test_hosting_is_counted_from_the_service_s_own_time(
    trained_run: RunRef, emulator: Emulator
) -> None:
    """What it costs begins with the creation that the service names, under its SKU."""
    settle(create_deployment, trained_run)

    facts = deployments().get(trained_run.run)
    assert facts is not None
    assert facts.created_at is not None
    assert row(trained_run).deployment.live_since == facts.created_at
    assert row(trained_run).deployment.sku == facts.sku


def test_waiting_for_quota_costs_nothing(trained_run: RunRef, emulator: Emulator) -> None:
    """A deployment that is only wanted has no hours, however long it waits."""
    emulator.control("faults", error(400, "InsufficientQuota"))

    call(create_deployment, trained_run)

    assert row(trained_run).deployment.name
    assert row(trained_run).deployment.live_since is None


def test_time_without_room_is_no_idle_time(trained_run: RunRef, emulator: Emulator) -> None:
    """What waited for weeks is as old as its deployment, not as the request for it."""
    change(
        trained_run, deployment_name=trained_run.run, deployment_created="2026-01-01T00:00:00.000Z"
    )

    settle(create_deployment, trained_run)

    assert row(trained_run).deployment.created == row(trained_run).deployment.live_since
