"""What nobody uses is deleted, or people are notified of why it is not."""

from collections.abc import Iterator
from datetime import timedelta

from shared.deployments.idleness import last_use
from shared.notifications.events import UNKNOWN_ROUNDS
from shared.registry import Run
from shared.registry.parts import IdleVerdict
from tests.simulation.evidence import Complaints, Evidence
from tests.simulation.invariants.safety import IDLE_AFTER

#: A round a day, of which one may be lost with the process that began it.
ROUNDS = timedelta(days=2)
_ANNOUNCED = frozenset({IdleVerdict.WARN, IdleVerdict.UNKNOWN})


def no_idle_deployment_unannounced(evidence: Evidence) -> Complaints:
    """What is idle for too long is being deleted, or its row and a notification say why not."""
    for row in _idle(evidence):
        if row.idleness.verdict not in _ANNOUNCED or not row.idleness.warning:
            yield f"{row.id} is idle since {last_use(row, None)}: {row.idleness.verdict}"
    if evidence.story.world.refusals is None:
        return
    taken = {one.run for one in evidence.deliveries if one.taken and one.event == "run.unconfirmed"}
    for row in evidence.rows:
        long_unknown = row.idleness.unknown_rounds > UNKNOWN_ROUNDS
        if row.deployment.name and long_unknown and row.id not in taken:
            yield f"{row.id} is unknown since {row.idleness.unknown_since}; nobody was notified"


def _idle(evidence: Evidence) -> Iterator[Run]:
    """Deployments that should have been deleted by now, but for a pin."""
    for row in evidence.rows:
        model = evidence.models.get(row.model)
        used = last_use(row, None)
        if not row.deployment.name or not row.resting or row.deployment.retiring or used is None:
            continue
        if model is not None and model.pinned is not None:
            continue
        if evidence.now - used > IDLE_AFTER + ROUNDS:
            yield row
