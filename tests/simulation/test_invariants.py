"""Every invariant holds for a run that went well, and finds what it is there to find."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from local.azure.identity.state import Tokens
from shared.pipeline import Phase
from shared.registry import Model, Version
from shared.registry.rows import iso
from tests.simulation.broken import AT_ONCE
from tests.simulation.evidence import Evidence, Request
from tests.simulation.invariants import RULES, broken
from tests.simulation.people import Chat, Seen
from tests.simulation.story import Deed, Story

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
RUN, TUNED = "travel-0123456789", "base.ft-1"
PHASES = ("received", "validating", "queued", "uploading", "training", "deploying")
TIMELINE = tuple((phase, iso(NOON), "") for phase in (*PHASES, "evaluating", "serving"))
ROW = Version(
    model="travel",
    run=RUN,
    phase=Phase.SERVING,
    created=iso(NOON - timedelta(hours=1)),
    timeline=TIMELINE,
    dataset="travel.jsonl",
    etag="0x1",
    sha256="digest",
    job="ftjob-1",
    tuned_model=TUNED,
    deployment=RUN,
)
JOB = {"id": "ftjob-1", "status": "succeeded", "metadata": {"tunedrop_run": RUN}}
CHAT = Request(NOON, "POST", "/openai/v1/chat/completions", 200)
DELETE = Request(NOON + timedelta(days=15), "DELETE", f"/x/deployments/{RUN}", 202)
SEEN = Seen(blobs={"travel.jsonl": (b"{}", '"0x1"')}, dropped=[("travel.jsonl", "digest", NOON)])
ASLEEP = replace(
    ROW, phase=Phase.ASLEEP, deployment="", timeline=(*TIMELINE, ("asleep", iso(DELETE.at), ""))
)
GONE: dict[str, Any] = {"deployments": {}, "rows": [ASLEEP], "requests": [DELETE]}


def _well(**changes: Any) -> Evidence:
    good = Evidence(
        story=Story(0, "EventGrid", AT_ONCE, (Deed("drop", "travel", words=1),)),
        seen=SEEN,
        rows=[ROW],
        models={"travel": Model(model="travel", active=RUN)},
        jobs=[JOB],
        files=[f"{RUN}.jsonl"],
        deployments={RUN: (TUNED, "Succeeded")},
        requests=[CHAT] * 10,
        instances={RUN: "Completed"},
        blobs={"travel.jsonl": (b"{}", "0x1")},
        texts={"host.log": b"all is well"},
        poison=0,
        storage_key=b"storage-key",
    )
    return replace(good, **changes)


def _row(**changes: Any) -> dict[str, Any]:
    return {"rows": [replace(ROW, **changes)]}


def _used(after: timedelta) -> Seen:
    return replace(SEEN, chats=[Chat("travel", NOON + after, 200, "{}")])


BADLY: dict[str, list[dict[str, Any]]] = {
    "one_job_paid": [{"jobs": [JOB, {**JOB, "id": "ftjob-2"}]}],
    "one_file_kept": [{"files": [f"{RUN}.jsonl"] * 2}],
    "no_answer_paid_twice": [{"requests": [CHAT] * 11}],
    "phases_in_order": [_row(timeline=(*TIMELINE, ("training", iso(NOON), "")))],
    "no_job_left_running": [{"jobs": [{**JOB, "status": "running"}]}],
    "no_unknown_deployment": [_row(deployment="")],
    "no_deployment_lost": [{"deployments": {}}, {"deployments": {RUN: ("base.ft-2", "Succeeded")}}],
    "nothing_costs_for_nothing": [_row(phase=Phase.CANCELLED), _row(phase=Phase.FAILED)],
    "datasets_untouched": [{"blobs": {}}, {"blobs": {"travel.jsonl": (b"{}", "0x2")}}],
    "everything_rests": [
        _row(phase=Phase.TRAINING),
        _row(phase=Phase.REJECTED),
        {"instances": {RUN: "Failed"}},
        {"poison": 1},
    ],
    "tries_are_asked_for": [_row(timeline=(*TIMELINE, ("received", iso(NOON), "")))],
    "nothing_fails_of_a_passing_fault": [_row(phase=Phase.FAILED, error_message="No luck.")],
    "every_dataset_has_its_run": [
        {"rows": []},
        {"rows": [ROW, replace(ROW, run="travel-9876543210")]},
        _row(phase=Phase.CANCELLED),
        _row(phase=Phase.SUPERSEDED),
    ],
    "one_version_serves": [
        {"rows": [ROW, replace(ROW, run="travel-9876543210")]},
        _row(phase=Phase.SUPERSEDED),
        {"models": {"travel": Model(model="travel", active=RUN, previous=RUN)}},
    ],
    "nothing_in_use_deleted": [
        {**GONE, "seen": _used(timedelta(days=1))},
        {**GONE, "requests": [replace(DELETE, at=NOON + timedelta(days=14))]},
        {**GONE, "seen": replace(SEEN, pins={"travel": NOON})},
    ],
    "chats_answer_plainly": [{"seen": replace(SEEN, chats=[Chat("travel", NOON, 500, "Oops")])}],
    "no_secret_written": [
        {"texts": {"host.log": secret}}
        for secret in (b"x storage-key", b"client-key", b"master-key", b"?sv=1&sig=abc")
    ],
    "no_bug_in_the_log": [{"texts": {"host.log": b"the episode of x was not recorded"}}],
}


def test_a_good_run_breaks_nothing() -> None:
    """No invariant complains of runs as they should be: serving, and asleep after 15 days."""
    assert broken(_well()) == []
    assert broken(_well(**GONE)) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_finds_what_it_is_for(rule: Any) -> None:
    """Each invariant complains of every run that it is there for."""
    for changes in BADLY[rule.__name__]:
        assert list(rule(_well(**changes))), changes


def test_knows_a_token(tmp_path: Path) -> None:
    """A bearer token of the emulated identity is a secret wherever it stands."""
    token, _ = Tokens(tmp_path).issue("https://ai.azure.com")

    found = broken(_well(texts={"host.log": f"Authorization: Bearer {token}".encode()}))

    assert [one.partition(":")[0] for one in found] == ["no_secret_written"]
    assert base64.b64decode("eyJhbGci") == b'{"alg"'
