"""What people are told without asking: small signed events about runs (Standard Webhooks)."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, replace
from typing import Any

from shared.payload import Payload
from shared.registry import Version
from shared.registry.state import Phase
from shared.runs.orchestration import Journey, RunRef

_PREFIX = "whsec_"
REMEMBERED = 5  # ids of notices in a run's row
_ENDED = {Phase.REJECTED: "rejected", Phase.FAILED: "failed", Phase.SERVING: "serving"}


@dataclass(frozen=True)
class Notice(Payload):
    """One event.

    Attributes:
        id: The same however often it is sent, so that receivers can tell repetitions.
        event: `rejected`, `serving`, `failed`, `warned`, `retired` or `woken`.
        run: Which run.
        model: Its model.
        at: ISO time at which it was noticed.
    """

    id: str
    event: str
    run: str
    model: str
    at: str


@dataclass(frozen=True)
class Errand(Payload):
    """A notice on its way: what `notify` starts from, and continues as new with."""

    notice: Notice
    journey: Journey


@dataclass(frozen=True)
class Moment(Payload):
    """When there may be something to tell of a run.

    Attributes:
        ref: The run.
        kind: `trained`, at the end of its journey; `woken`, at the end of a waking; `judged`, after
            the daily look at its deployment.
    """

    ref: RunRef
    kind: str


def found(row: Version, kind: str) -> Notice | None:
    """What there is to tell of a run; None if nothing, or if it was told before."""
    notice = {"trained": _trained, "woken": _woken, "judged": _judged}[kind](row)
    return None if notice is None or notice.id in row.told.split() else notice


def told(row: Version, notice: Notice) -> Version:
    """`row` with the notice among the last ones that were taken."""
    return replace(row, told=" ".join([*row.told.split(), notice.id][-REMEMBERED:]))


def _trained(row: Version) -> Notice | None:
    """The end of a journey; a person who cancelled it knows, and one that was overtaken is gone."""
    event = _ENDED.get(Phase(row.phase))
    return _notice(row, event, f"{row.attempt}") if event else None


def _woken(row: Version) -> Notice | None:
    return _notice(row, "woken", f"{row.attempt}") if row.answers else None


def _judged(row: Version) -> Notice | None:
    """A deployment that is gone, or will be: once for each, a warning again after another use."""
    life = _digits(row.deployed)
    if not row.deployment:
        return _notice(row, "retired", life)
    if row.warning and not row.retiring:
        return _notice(row, "warned", f"{life}-{_digits(row.last_used)}".rstrip("-"))
    return None


def body(notice: Notice, row: Version | None) -> bytes:
    """What is sent. The words come from the run's row, for history must not have them."""
    data: dict[str, Any] = {"run": notice.run, "model": notice.model}
    message = _message(notice, row) if row else ""
    if message:
        data["message"] = message
    event = {"type": f"run.{notice.event}", "timestamp": notice.at, "data": data}
    return json.dumps(event, ensure_ascii=False).encode("utf-8", "backslashreplace")


def signed_headers(secret: str, identity: str, timestamp: int, sent: bytes) -> dict[str, str]:
    """The headers of one delivery.

    Args:
        secret: `whsec_` and the key in base64, or the bare key.
        identity: The notice's id.
        timestamp: Seconds since 1970, of this try.
        sent: The body.
    """
    text = secret.removeprefix(_PREFIX)
    key = base64.b64decode(text) if secret.startswith(_PREFIX) else secret.encode()
    signed = f"{identity}.{timestamp}.".encode() + sent
    signature = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return {
        "webhook-id": identity,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
        "content-type": "application/json",
    }


def _notice(row: Version, event: str, stamp: str) -> Notice:
    identity = f"{row.run}-{event}-{stamp}"
    return Notice(identity, event, row.run, row.model, row.updated or row.created)


def _message(notice: Notice, row: Version) -> str:
    if notice.event in ("rejected", "failed"):
        return f"{row.error_message} {row.error_hint}".strip()[:1000]
    if notice.event == "warned":
        return row.warning
    return row.timeline[-1][2] if notice.event == "retired" and row.timeline else ""


def _digits(text: str) -> str:
    return "".join(one for one in text if one.isdigit())
