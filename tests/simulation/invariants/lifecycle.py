"""What people were promised of a model: that it is woken, put in front, or gone."""

from datetime import datetime, timedelta

from shared.registry import Model
from shared.registry.records import when
from shared.registry.state import Phase
from tests.simulation.actions import Wish
from tests.simulation.evidence import Complaints, Evidence

#: Rows that outlive a deletion: what it cost, and which events must begin nothing.
KEPT = ("@paid-", "@gone-")
#: A wish that nothing followed for so long has had its time, and no round has undone it yet.
SOON = timedelta(days=14)
#: Wishes at almost the same moment have no order.
CLEARLY = timedelta(minutes=2)
ACCEPTED, ASLEEP = 202, 503
_CHOICES = ("rollback", "promote")
_MEDDLING = (*_CHOICES, "delete")


def deleted_is_gone(evidence: Evidence) -> Complaints:
    """Of a deleted model nothing is left at the service or in the registry, until it is dropped."""
    for model, at in evidence.seen.deleted.items():
        drops = [when for blob, _, when in evidence.seen.dropped if blob == f"{model}.jsonl"]
        if any(when >= at - CLEARLY for when in drops):
            continue
        left = {key for key in evidence.keys.get(model, ()) if not key.startswith(KEPT)}
        left |= {name for name in evidence.deployments if name.startswith(f"{model}-")}
        left |= {name for name in evidence.files if name.startswith(f"{model}-")}
        if left:
            yield f"{model} was deleted at {at}, but there is {', '.join(sorted(left))}"


def no_wish_is_left(evidence: Evidence) -> Complaints:
    """What somebody asked for is done or given up; nothing waits for it to be asked for again."""
    for model in evidence.models.values():
        if model.wanted:
            yield f"{model.model} still wants {model.wanted}"
        if model.deleting:
            yield f"{model.model} is being deleted since {model.deleting}"


def granted_is_granted(evidence: Evidence) -> Complaints:
    """A version that was put in front, or woken, serves; unless something came after that."""
    for model, row in evidence.models.items():
        wish = _last(evidence, model)
        if wish is None or not row.active:
            continue
        active = evidence.row(row.active)
        if wish.what in _CHOICES and row.active != wish.run:
            yield f"{wish.what} of {model} to {wish.run} was granted, but {row.active} is in front"
        if _mattered(wish, row) and (active is None or active.phase != Phase.SERVING):
            yield f"{wish.what} of {model} was granted, but it is {active and active.phase}"


def _mattered(wish: Wish, row: Model) -> bool:
    """Whether a wish did anything: what is in front and serves is not used by being put there."""
    switched = when(row.promoted)
    return wish.status == ACCEPTED or switched is None or switched > wish.at - CLEARLY


def _last(evidence: Evidence, model: str) -> Wish | None:
    """The last wish of a model that was granted, if nothing came near it or after it."""
    granted = [one for one in evidence.seen.wishes if one.model == model and one.granted]
    # Waking what is awake (200) is no use of it.
    telling = [
        one
        for one in granted
        if one.what in (*_CHOICES, "delete") or (one.what == "wake" and one.status == ACCEPTED)
    ]
    if not telling or telling[-1].what == "delete":
        return None
    last = telling[-1]
    others = [one.at for one in telling[:-1]]
    others += [at for blob, _, at in evidence.seen.dropped if blob == f"{model}.jsonl"]
    if model in {run.rpartition("-")[0] for run in evidence.seen.cancelled}:
        return None
    # What was dropped shortly before may be trained and take the name after the wish.
    near = any(at > last.at - timedelta(days=1) for at in others)
    ended = max(request.at for request in evidence.requests)
    return None if near or ended - last.at > SOON else last


def wishes_are_answered_plainly(evidence: Evidence) -> Complaints:
    """A wish is granted, or refused with a reason; never with a traceback or an empty 500."""
    for wish in evidence.seen.wishes:
        if "Traceback" in wish.body or (not wish.granted and '"error"' not in wish.body):
            yield f"{wish.what} of {wish.model} got {wish.status}: {wish.body[:200]}"


def patience_pays(evidence: Evidence) -> Complaints:
    """A chat that holds the line while its model wakes is answered, if nothing comes between."""
    if evidence.story.faults:
        return
    for chat in evidence.seen.chats:
        if chat.patient and chat.status == ASLEEP and not _meddled(evidence, chat.model, chat.at):
            yield f"a chat held the line for {chat.model} at {chat.at} and got {chat.body[:200]}"


def _meddled(evidence: Evidence, model: str, at: datetime) -> bool:
    """Whether somebody changed what the name stands for, near that time."""
    times = [one.at for one in evidence.seen.wishes if one.model == model and one.what in _MEDDLING]
    times += [when for blob, _, when in evidence.seen.dropped if blob == f"{model}.jsonl"]
    stopped = any(run.rpartition("-")[0] == model for run in evidence.seen.cancelled)
    return stopped or any(abs(one - at) < timedelta(days=1) for one in times)
