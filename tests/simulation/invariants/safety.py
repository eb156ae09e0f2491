"""Nothing that users need is deleted, and no secret is written anywhere."""

from datetime import datetime, timedelta

from shared.registry import Run
from shared.registry.state import Phase
from shared.settings.readers import duration
from tests.journeys.place import CLIENT_KEY, KEYS
from tests.simulation.evidence import Complaints, Evidence, Request

IDLE_AFTER = timedelta(days=15)
KEEP_PREVIOUS = timedelta(hours=24)
_JWT = b"eyJhbGci"  # how every bearer token of the emulator's identity endpoint begins


def no_dataset_changes(evidence: Evidence) -> Complaints:
    """No dataset is changed or deleted."""
    expected = {blob: (data, etag.strip('"')) for blob, (data, etag) in evidence.seen.blobs.items()}
    if expected != evidence.blobs:
        yield f"dropped were {sorted(expected)}, there are {sorted(evidence.blobs)}"


def no_deletion_while_in_use(evidence: Evidence) -> Complaints:
    """A serving deployment is deleted only if it was idle for long enough and is not pinned."""
    for request in evidence.requests:
        if request.method == "DELETE" and "/deployments/" in request.path and request.effect < 300:
            row = evidence.row(request.path.rpartition("/")[2])
            if request.effect and row is not None:
                yield from _check_deletion(evidence, row, request)


def _check_deletion(evidence: Evidence, row: Run, request: Request) -> Complaints:
    phase, since = _phase(row, request.at)
    if phase not in (Phase.SERVING, Phase.ASLEEP, Phase.SUPERSEDED):
        return  # it was being closed before it served
    deleted = evidence.seen.deleted.get(row.model)
    if deleted is not None or row.deleting_since:
        return  # somebody wanted that
    if phase == Phase.SUPERSEDED and since + KEEP_PREVIOUS <= request.at:
        return
    used = max([_last_deployment(row, request.at), *_chats(evidence, row, request.at)])
    if request.at - used < _idle_after(evidence):
        yield f"{row.id} was deleted at {request.at}, last used at {used}"
    # Its row said that it is asleep before the request left: a pin after that came too late.
    claimed = since if phase == Phase.ASLEEP else request.at
    pinned = evidence.seen.pins.get(row.model)
    if pinned is not None and pinned < claimed and evidence.models[row.model].active == row.id:
        yield f"{row.id} was deleted although {row.model} is pinned"


def _idle_after(evidence: Evidence) -> timedelta:
    """For how long nobody may have used what is deleted, also to make room for others."""
    evict_after = evidence.story.world.settings.get("EVICT_AFTER")
    return duration(evict_after) if evict_after else IDLE_AFTER


def _phase(row: Run, at: datetime) -> tuple[str, datetime]:
    """In which phase a run was at a time, and since when."""
    past = [(phase, since) for phase, since, _ in row.timeline]
    past = [(phase, since) for phase, since in past if since <= at] or [(row.phase, at)]
    phase, first = past[-1]
    for earlier, since in reversed(past):
        if earlier != phase:
            break
        first = since
    return phase, first


def _last_deployment(row: Run, before: datetime) -> datetime:
    """When its deployment was last started before that time."""
    begun = [at for phase, at, _ in row.timeline if phase == Phase.DEPLOYING]
    return max(at for at in (*begun, row.created) if at < before)


def _chats(evidence: Evidence, row: Run, before: datetime) -> list[datetime]:
    """When this version's model answered a chat; an older version's chats count as its own."""
    return [
        chat.at
        for chat in evidence.seen.chats
        if chat.model == row.model and chat.status == 200 and chat.at < before
    ]


def chats_answer_plainly(evidence: Evidence) -> Complaints:
    """A chat is answered, or refused with a reason; never with a traceback or an empty 500."""
    for chat in evidence.seen.chats:
        if "Traceback" in chat.body or (chat.status != 200 and '"error"' not in chat.body):
            yield f"a chat with {chat.model} got {chat.status}: {chat.body[:200]}"


def no_secret_leaks(evidence: Evidence) -> Complaints:
    """No key, token or SAS is in a log, a history, a report or the registry."""
    secrets = {f"the {name} key": key.encode() for name, key in KEYS.items()}
    secrets |= {"the client key": CLIENT_KEY.encode(), "a token": _JWT, "a SAS": b"sig="}
    secrets["the storage key"] = evidence.storage_key
    for where, text in evidence.texts.items():
        for what, secret in secrets.items():
            if secret in text:
                at = text.index(secret)
                yield f"{what} stands in {where}: …{text[max(0, at - 80) : at + 20]!r}…"


def no_bug_in_the_log(evidence: Evidence) -> Complaints:
    """The host's log has no line that reports a bug of the host."""
    log = evidence.texts.get("host.log", b"").decode(errors="replace")
    for line in log.splitlines():
        if "was not recorded" in line or "a trigger ended" in line or "Non-Deterministic" in line:
            yield line[:300]
