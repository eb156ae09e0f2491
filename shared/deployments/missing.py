"""Deployments that went by themselves: deleted by a person, the service, or the Developer tier."""

from dataclasses import replace

from shared import clock
from shared.clients.deployments import deployments
from shared.registry import Version, registry
from shared.registry.state import Phase

NOTE = "the deployment is gone; tunedrop did not delete it"


def noticed(version: Version) -> Version | None:
    """Look for a version's deployment at the service, and take note if it is gone.

    Returns:
        Its row without the deployment, `asleep` if it served; None if the deployment is there.

    Raises:
        ServiceError: if the service does not say.
    """
    if deployments().get(version.deployment) is not None:
        return None

    def asleep(row: Version) -> Version:
        if not row.resting or row.deployed != version.deployed or not row.deployment:
            return row  # it was woken or deleted meanwhile
        now = clock.now()
        served = row.phase == Phase.SERVING
        return bare(row.entered(Phase.ASLEEP, now, NOTE) if served else row.noted(now, NOTE))

    return registry().change(version.run, asleep)


def bare(row: Version) -> Version:
    """The row without a deployment, and without what was decided on it."""
    bared = replace(row, deployment="", retiring=False, retire_claim="")
    return replace(bared, warning="", verdict="", evidence="")
