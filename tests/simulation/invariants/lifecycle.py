"""What users were promised of a model: that it is woken, promoted, or deleted."""

from datetime import datetime, timedelta

from shared.registry import Model
from shared.registry.records import iso
from shared.registry.state import Phase
from tests.simulation.evidence import Complaints, Evidence
from tests.simulation.observations import ModelRequest

#: Rows that outlive a deletion: what it cost, and which events must begin nothing.
KEPT = ("@paid-", "@gone-")
#: A request that nothing followed for so long was carried out, and no round has undone it.
SOON = timedelta(days=14)
#: Requests at almost the same time have no order.
CLEARLY = timedelta(minutes=2)
ACCEPTED, ASLEEP = 202, 503
_CHOICES = ("rollback", "promote")
_CHANGES = (*_CHOICES, "delete")


def deleted_model_leaves_nothing(evidence: Evidence) -> Complaints:
    """A deleted model has nothing at the service or in the registry, until it is dropped again."""
    for model, at in evidence.seen.deleted.items():
        drops = [when for blob, _, when in evidence.seen.dropped if blob == f"{model}.jsonl"]
        if any(when >= at - CLEARLY for when in drops):
            continue
        left = {key for key in evidence.keys.get(model, ()) if not key.startswith(KEPT)}
        left |= {name for name in evidence.deployments if name.startswith(f"{model}-")}
        left |= {name for name in evidence.files if name.startswith(f"{model}-")}
        if left:
            yield f"{model} was deleted at {at}, but there is {', '.join(sorted(left))}"


def no_request_is_left(evidence: Evidence) -> Complaints:
    """Every request is carried out or given up; none waits to be repeated."""
    for model in evidence.models.values():
        if model.wanted:
            yield f"{model.model} still wants {model.wanted}"
        if model.deleting:
            yield f"{model.model} is being deleted since {iso(model.deleting)}"


def accepted_requests_take_effect(evidence: Evidence) -> Complaints:
    """A version that was promoted or woken serves, unless a later request changed that."""
    for model, row in evidence.models.items():
        request = _last_accepted_request(evidence, model)
        if request is None or not row.active:
            continue
        active = evidence.row(row.active)
        if request.what in _CHOICES and row.active != request.run:
            yield f"{request.what} of {model} to {request.run} was accepted, not {row.active}"
        if _had_effect(request, row) and (active is None or active.phase != Phase.SERVING):
            yield f"{request.what} of {model} was accepted, but it is {active and active.phase}"


def _had_effect(request: ModelRequest, row: Model) -> bool:
    """Whether a request did anything: promoting the version that serves is no use of it."""
    switched = row.promoted
    return request.status == ACCEPTED or switched is None or switched > request.at - CLEARLY


def _last_accepted_request(evidence: Evidence, model: str) -> ModelRequest | None:
    """The last request of a model that was accepted, if nothing came near it or after it."""
    accepted = [one for one in evidence.seen.requests if one.model == model and one.is_accepted]
    # Waking what is awake (200) is no use of it.
    decisive = [
        one
        for one in accepted
        if one.what in (*_CHOICES, "delete") or (one.what == "wake" and one.status == ACCEPTED)
    ]
    if not decisive or decisive[-1].what == "delete":
        return None
    last = decisive[-1]
    others = [one.at for one in decisive[:-1]]
    others += [at for blob, _, at in evidence.seen.dropped if blob == f"{model}.jsonl"]
    if model in {run.rpartition("-")[0] for run in evidence.seen.cancelled}:
        return None
    # What was dropped shortly before may be trained and take the name after the request.
    near = any(at > last.at - timedelta(days=1) for at in others)
    ended = max(call.at for call in evidence.requests)
    return None if near or ended - last.at > SOON else last


def requests_are_answered_plainly(evidence: Evidence) -> Complaints:
    """A request is accepted, or refused with a reason; never with a traceback or an empty 500."""
    for request in evidence.seen.requests:
        if "Traceback" in request.body or (
            not request.is_accepted and '"error"' not in request.body
        ):
            yield f"{request.what} of {request.model} got {request.status}: {request.body[:200]}"


def waiting_chats_get_an_answer(evidence: Evidence) -> Complaints:
    """A chat that waits while its model wakes is answered, unless a request changes the model."""
    if evidence.story.faults:
        return
    for chat in evidence.seen.chats:
        if chat.waits and chat.status == ASLEEP and not _was_changed(evidence, chat.model, chat.at):
            yield f"a chat waited for {chat.model} at {chat.at} and got {chat.body[:200]}"


def _was_changed(evidence: Evidence, model: str, at: datetime) -> bool:
    """Whether somebody changed what the name stands for, near that time."""
    times = [
        one.at for one in evidence.seen.requests if one.model == model and one.what in _CHANGES
    ]
    times += [when for blob, _, when in evidence.seen.dropped if blob == f"{model}.jsonl"]
    stopped = any(run.rpartition("-")[0] == model for run in evidence.seen.cancelled)
    return stopped or any(abs(one - at) < timedelta(days=1) for one in times)
