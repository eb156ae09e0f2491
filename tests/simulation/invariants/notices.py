"""Who wants to be told of runs is told once, and can tell repetitions."""

from collections import Counter

from shared.registry.state import Phase
from tests.simulation.evidence import Complaints, Evidence

#: What tells of a run that rests so: the end of its journey, or of its waking.
TELLS = {
    Phase.REJECTED: ("run.rejected",),
    Phase.FAILED: ("run.failed",),
    Phase.SERVING: ("run.serving", "run.woken"),
}


def notices_are_known_again(evidence: Evidence) -> Complaints:
    """However often a notice is sent, it has the same id."""
    ids: dict[tuple[str, str, str], set[str]] = {}
    for one in evidence.told:
        ids.setdefault((one.run, one.event, one.at), set()).add(one.id)
    for (run, event, at), found in ids.items():
        if len(found) > 1:
            yield f"{event} of {run} at {at} came with {len(found)} ids: {', '.join(sorted(found))}"


def told_once(evidence: Evidence) -> Complaints:
    """Who took a notice gets it again only if the answer was lost on the way."""
    # Whatever went wrong may have been just there, and a host that died repeats what it did.
    lost = sum(int(fault.rule.get("times", 1)) for fault in evidence.story.faults)
    lost += sum(deed.what == "kill" for deed in evidence.story.deeds)
    for identity, count in Counter(one.id for one in evidence.told if one.taken).items():
        if count > 1 + lost:
            yield f"{identity} was taken {count} times, {lost} answers may have been lost"


def ends_are_told(evidence: Evidence) -> Complaints:
    """Who wants to be told hears how each run ended."""
    if evidence.story.world.refusals is None:
        return
    taken = {(one.run, one.event) for one in evidence.told if one.taken}
    for row in evidence.rows:
        events = TELLS.get(Phase(row.phase), ())
        if events and not any((row.run, event) in taken for event in events):
            yield f"{row.run} is {row.phase}, and nobody was told of it"
