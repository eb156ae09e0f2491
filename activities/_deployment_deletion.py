"""Carry a deletion of a deployment that the registry has marked to its end."""

from shared.clients.deployments import deployments
from shared.deployments.missing import clear_deployment
from shared.registry import registry
from shared.runs.orchestration import Outcome


def finish_deletion(run_id: str) -> Outcome | None:
    """Delete what the row has marked; a wait while it goes on, None when there is nothing left.

    Retirement marks and deletes; a waking that comes in between ends the deletion first. Both may
    be at it, so the row is read again just before: the deployment may be a new one by now.
    """
    run = registry().get(run_id)
    if not run.deployment.retiring:
        return None
    deployments().delete(run.deployment.name)
    if deployments().get(run.deployment.name) is not None:
        return Outcome.wait("deleting", f"Deployment {run.deployment.name} is being deleted.")
    registry().change(run_id, lambda row: clear_deployment(row) if row.deployment.retiring else row)
    return None
