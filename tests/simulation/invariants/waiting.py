"""Runs that wait: for a place at the service in their turn, for a person with a reason."""

from datetime import UTC, datetime, timedelta

from shared.admission.queue import DEPLOYMENTS
from shared.registry import Run
from shared.registry.state import Phase
from tests.simulation.evidence import Complaints, Evidence

BUDGET = "budget"
#: Runs that came at almost the same time have no order.
CLEARLY = timedelta(minutes=1)
#: Until what is deleted is gone.
SEEN = timedelta(minutes=5)
FIRST = datetime.min.replace(tzinfo=UTC)


def waits(row: Run) -> bool:
    """Whether a run waits, with a reason, for what tunedrop cannot bring about."""
    reasons = (BUDGET, DEPLOYMENTS)
    return row.phase == Phase.QUEUED and row.admission.waits_for in reasons and bool(row.waiting)


def no_wait_without_reason(evidence: Evidence) -> Complaints:
    """Every waiting run still has a reason: a missing approval, or no free deployment."""
    world = evidence.story.world
    for row in filter(waits, evidence.rows):
        above = any(name.startswith("BUDGET_") for name in world.settings)
        if row.admission.waits_for == BUDGET and (row.admission.approved or not above):
            yield f"{row.id} waits for an approval that it has or does not need"
        # What is free belongs to those who came before, who have yet to see it.
        before = [
            one
            for one in filter(waits, evidence.rows)
            if (one.admission.queued_since or FIRST) < (row.admission.queued_since or FIRST)
        ]
        taken = len(evidence.deployments) + len(before)
        room = taken < world.limit
        if row.admission.waits_for == DEPLOYMENTS and room and _has_looked_since(evidence, row):
            yield f"{row.id} waits for a place, {taken} of {world.limit} are taken or others' now"


def _has_looked_since(evidence: Evidence, waiting: Run) -> bool:
    """Whether a run has looked since anything last became free; it may be about to look."""
    gone = [one.at for one in evidence.requests if one.method == "DELETE"]
    others = [row for row in evidence.rows if row.id != waiting.id]
    left = [row.timeline[-1].at for row in others if row.timeline]
    freed = max((*gone, *left), default=None)
    looked = waiting.admission.last_look
    return freed is None or (looked is not None and looked > freed + SEEN)


def places_suffice(evidence: Evidence) -> Complaints:
    """Admitted runs create no more deployments than the limit allows."""
    places = evidence.story.world.places
    if places is None or any(_was_woken(row) for row in evidence.rows):
        return  # a waking asks the service itself, which has more places here
    there: set[str] = set()
    for request in evidence.requests:
        name = request.path.rpartition("/")[2]
        if "/deployments/" not in request.path or not 200 <= request.effect < 300:
            continue
        if request.method == "DELETE":
            there.discard(name)
        if request.method == "PUT":
            there.add(name)
        if len(there) > places:
            yield f"at {request.at} there are {len(there)} deployments: {', '.join(sorted(there))}"


def admission_in_turn(evidence: Evidence) -> Complaints:
    """If the limit is one deployment, runs get it in the order in which they arrived."""
    if evidence.story.world.places != 1 or BUDGET.upper() in str(evidence.story.world):
        return
    stays = {row.id: _stay(row) for row in evidence.rows}
    for early, (came, left, _) in stays.items():
        for late, (after, ended, admitted) in stays.items():
            overtook = admitted and ended is not None and (left is None or ended < left)
            if after - came > CLEARLY and overtook:
                yield f"{late} came at {after}, {early} at {came}, but was let in only at {left}"


def _stay(row: Run) -> tuple[datetime, datetime | None, bool]:
    """When a run came to the line first, when it left it, and whether it was let in then.

    Who never came has a time that never comes; who was cancelled in the line leaves it as well.
    """
    never = datetime.max.replace(tzinfo=UTC)
    entries = [(phase, at) for phase, at, _ in row.timeline]
    for number, (phase, at) in enumerate(entries):
        if phase == Phase.QUEUED:
            later = [one for one in entries[number:] if one[0] != Phase.QUEUED]
            following, left = next(iter(later), ("", None))
            return at, left, following == Phase.UPLOADING
    return never, None, False


def _was_woken(row: Run) -> bool:
    return any(note.startswith("woken") for _, _, note in row.timeline)
