"""Each end of a run is notified once, and repeated deliveries have the same id."""

from collections import Counter

from shared.registry.state import Phase
from tests.simulation.evidence import Complaints, Evidence

#: Events of a run that rests in a phase: the end of its training, or of its waking.
EVENTS = {
    Phase.REJECTED: ("run.rejected",),
    Phase.FAILED: ("run.failed",),
    Phase.SERVING: ("run.serving", "run.woken"),
}


def notifications_keep_their_id(evidence: Evidence) -> Complaints:
    """However often a notification is sent, it has the same id."""
    ids: dict[tuple[str, str, str], set[str]] = {}
    for one in evidence.deliveries:
        ids.setdefault((one.run, one.event, one.at), set()).add(one.id)
    for (run, event, at), found in ids.items():
        if len(found) > 1:
            yield f"{event} of {run} at {at} came with {len(found)} ids: {', '.join(sorted(found))}"


def notifications_come_once(evidence: Evidence) -> Complaints:
    """An accepted notification is sent again only if its answer was lost."""
    # Whatever went wrong may have been just there, and a host that died repeats what it did.
    lost = sum(int(fault.rule.get("times", 1)) for fault in evidence.story.faults)
    lost += sum(action.what == "kill" for action in evidence.story.actions)
    for identity, count in Counter(one.id for one in evidence.deliveries if one.taken).items():
        if count > 1 + lost:
            yield f"{identity} was taken {count} times, {lost} answers may have been lost"


def every_end_has_a_notification(evidence: Evidence) -> Complaints:
    """If a receiver is set, it gets a notification of the end of each run."""
    if evidence.story.world.refusals is None:
        return
    taken = {(one.run, one.event) for one in evidence.deliveries if one.taken}
    for row in evidence.rows:
        events = EVENTS.get(Phase(row.phase), ())
        if events and not any((row.id, event) in taken for event in events):
            yield f"{row.id} is {row.phase}, and no notification was accepted"
