"""Deployments that went by themselves: deleted by a person, the service, or the Developer tier."""

from dataclasses import replace

from shared import clock
from shared.clients.deployments import deployments
from shared.registry import Run, registry
from shared.registry.parts import Idleness
from shared.registry.state import Phase

NOTE = "the deployment is gone; tunedrop did not delete it"


def check_deployment(run: Run) -> Run | None:
    """Look for a version's deployment at the service, and take note if it is gone.

    Returns:
        Its row without the deployment, `asleep` if it served; None if the deployment is there.

    Raises:
        ServiceError: if the service does not say.
    """
    if deployments().get(run.deployment.name) is not None:
        return None

    def change(row: Run) -> Run:
        if (
            not row.resting
            or row.deployment.created != run.deployment.created
            or not row.deployment.name
        ):
            return row  # it was woken or deleted meanwhile
        now = clock.now()
        served = row.phase == Phase.SERVING
        return clear_deployment(
            row.enter_phase(Phase.ASLEEP, now, NOTE) if served else row.add_note(now, NOTE)
        )

    return registry().change(run.id, change)


def clear_deployment(row: Run) -> Run:
    """The row without a deployment, and without what was decided on it."""
    bared = row.with_deployment(name="", retiring=False, retire_claimed=None)
    return replace(bared, idleness=Idleness())
