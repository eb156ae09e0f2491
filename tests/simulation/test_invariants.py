"""Every invariant holds for a run that went well, and finds what it is there to find."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from local.azure.identity.state import Tokens
from shared.registry import Model, Run
from shared.registry.parts import Dataset, Deployment, IdleVerdict, TimelineEntry, Training
from shared.registry.records import iso
from shared.registry.state import PATH, Phase
from tests.runs import change_run
from tests.simulation.evidence import Delivery, Evidence, Request
from tests.simulation.invariants import RULES, violations
from tests.simulation.invariants import waiting as waiting_rules
from tests.simulation.invariants.runs import no_failure_from_transient_fault as fails
from tests.simulation.mutant_stories import AT_ONCE
from tests.simulation.observations import Chat, ModelRequest, Observations
from tests.simulation.story import Action, Story
from tests.simulation.world import World

pytestmark = pytest.mark.services

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
RUN, TUNED = "brolly-0123456789", "base.ft-1"
PHASES = PATH[: PATH.index(Phase.DEPLOYING) + 1]
TIMELINE = tuple(TimelineEntry(phase, NOON) for phase in (*PHASES, Phase.EVALUATING, Phase.SERVING))
ROW = Run(
    model="brolly",
    id=RUN,
    phase=Phase.SERVING,
    created=NOON - timedelta(hours=1),
    timeline=TIMELINE,
    dataset=Dataset(blob="brolly.jsonl", etag="0x1", sha256="digest"),
    training=Training(job_id="ftjob-1", tuned_model=TUNED),
    deployment=Deployment(name=RUN),
)
JOB = {"id": "ftjob-1", "status": "succeeded", "metadata": {"tunedrop_run": RUN}}
CHAT = Request(NOON, "POST", "/openai/v1/chat/completions", 200)
DELETE = Request(NOON + timedelta(days=15), "DELETE", f"/x/deployments/{RUN}", 202)
SEEN = Observations(
    blobs={"brolly.jsonl": (b"{}", '"0x1"')}, dropped=[("brolly.jsonl", "digest", NOON)]
)
ASLEEP = replace(
    ROW, phase=Phase.ASLEEP, timeline=(*TIMELINE, TimelineEntry(Phase.ASLEEP, DELETE.at))
).with_deployment(name="")
STORY = Story(0, "EventGrid", AT_ONCE, (Action("drop", "brolly", words=1),))
WAITS = replace(ROW, phase=Phase.QUEUED, waiting="for a place").with_admission(
    waits_for="deployments_full"
)
ABOVE = replace(WAITS, waiting="for an approval").with_admission(waits_for="budget")
PUT = Request(NOON, "PUT", f"/x/deployments/{RUN}", 201)
DELETED = replace(SEEN, deleted={"brolly": NOON + timedelta(hours=1)})
LATER = replace(CHAT, at=NOON + timedelta(days=3))
GONE: dict[str, Any] = {"deployments": {}, "rows": [ASLEEP], "requests": [DELETE]}


def _evidence(**changes: Any) -> Evidence:
    good = Evidence(
        story=STORY,
        seen=SEEN,
        rows=[ROW],
        models={"brolly": Model(model="brolly", active=RUN)},
        jobs=[JOB],
        files=[f"{RUN}.jsonl"],
        deployments={RUN: (TUNED, "Succeeded")},
        requests=[CHAT] * 10,
        instances={RUN: "Completed"},
        blobs={"brolly.jsonl": (b"{}", "0x1")},
        texts={"host.log": b"all is well"},
        poison=0,
        keys={},
        now=NOON,
        storage_key=b"storage-key",
    )
    return replace(good, **changes)


def _row(**changes: Any) -> dict[str, Any]:
    return {"rows": [change_run(ROW, **changes)]}


def _delivery(identity: str = "1", event: str = "run.serving", *, taken: bool = True) -> Delivery:
    return Delivery(identity, event, RUN, iso(NOON), taken)


def _world(**world: Any) -> dict[str, Any]:
    return {"story": replace(STORY, world=World(**world))}


def _queue_run(name: str, came: int, left: int | None) -> Run:
    """A run that came to the line, and was let in, at an hour."""
    entries = [(Phase.QUEUED, came), *([(Phase.UPLOADING, left)] if left else [])]
    timeline = tuple(TimelineEntry(phase, NOON + timedelta(hours=hour)) for phase, hour in entries)
    return replace(ROW, id=f"{name}-0123456789", phase=entries[-1][0], timeline=timeline)


def _use(after: timedelta) -> Observations:
    return replace(SEEN, chats=[Chat("brolly", NOON + after, 200, "{}")])


def _request(what: str, run: str = RUN, status: int = 202, body: str = "{}") -> Observations:
    asked = ModelRequest(what, "brolly", run, NOON + timedelta(days=2), status, body)
    return replace(SEEN, requests=[asked])


IN_VAIN = NOON + timedelta(days=18)
UNKNOWN: dict[str, Any] = {
    **_row(
        deployment_created=NOON,
        idleness_verdict=IdleVerdict.UNKNOWN,
        idleness_warning="Azure Monitor refused.",
        idleness_unknown_rounds=3,
    ),
    "now": IN_VAIN,
}
BADLY: dict[str, list[dict[str, Any]]] = {
    "one_paid_job_per_run": [{"jobs": [JOB, {**JOB, "id": "ftjob-2"}]}],
    "no_try_fails_twice": [
        {"jobs": [{**JOB, "status": "failed"}, {**JOB, "id": "ftjob-2", "status": "failed"}]}
    ],
    "no_unknown_file": [{"files": ["brolly-9876543210.jsonl"]}],
    "one_copy_of_each_file": [{"files": [f"{RUN}.jsonl"] * 2}],
    "no_answer_paid_twice": [{"requests": [CHAT] * 11}],
    "nobody_asks_too_soon": [{"requests": [replace(CHAT, effect=404)]}],
    "phases_in_order": [_row(timeline=(*TIMELINE, TimelineEntry(Phase.TRAINING, NOON)))],
    "no_job_left_running": [{"jobs": [{**JOB, "status": "running"}]}],
    "no_unknown_deployment": [_row(deployment_name="")],
    "no_lost_deployment": [{"deployments": {}}, {"deployments": {RUN: ("base.ft-2", "Succeeded")}}],
    "no_deployment_of_ended_run": [_row(phase=Phase.CANCELLED), _row(phase=Phase.FAILED)],
    "no_dataset_changes": [{"blobs": {}}, {"blobs": {"brolly.jsonl": (b"{}", "0x2")}}],
    "every_run_settles": [
        _row(phase=Phase.TRAINING),
        _row(phase=Phase.REJECTED),
        {"instances": {RUN: "Failed"}},
        {"poison": 1},
    ],
    "no_try_without_drop": [_row(timeline=(*TIMELINE, TimelineEntry(Phase.RECEIVED, NOON)))],
    "no_failure_from_transient_fault": [_row(phase=Phase.FAILED, error_message="No luck.")],
    "every_dataset_has_its_run": [
        {"rows": []},
        {"rows": [ROW, replace(ROW, id="brolly-9876543210")]},
        _row(phase=Phase.CANCELLED),
        _row(phase=Phase.SUPERSEDED),
    ],
    "one_version_serves": [
        {"rows": [ROW, replace(ROW, id="brolly-9876543210")]},
        _row(phase=Phase.SUPERSEDED),
        {"models": {"brolly": Model(model="brolly", active=RUN, previous=RUN)}},
    ],
    "no_wait_without_reason": [
        {"rows": [WAITS], **_world()},
        {"rows": [WAITS], **_world(places=2)},
        {"rows": [ABOVE], **_world()},
        {
            "rows": [ABOVE.with_admission(approved=NOON)],
            **_world(settings={"BUDGET_RUN": "1"}),
        },
    ],
    "places_suffice": [
        {"requests": [PUT, replace(PUT, path="/x/deployments/other")], **_world(places=1)}
    ],
    "admission_in_turn": [
        {"rows": [_queue_run("early", 1, 4), _queue_run("late", 2, 3)], **_world(places=1)},
        {"rows": [_queue_run("early", 1, None), _queue_run("late", 2, 3)], **_world(places=1)},
    ],
    "notifications_keep_their_id": [{"deliveries": [_delivery("1", taken=False), _delivery("2")]}],
    "notifications_come_once": [{"deliveries": [_delivery(), _delivery()]}],
    "every_end_has_a_notification": [
        _world(refusals=0),
        {**_world(refusals=1), "deliveries": [_delivery(taken=False)]},
    ],
    "deleted_model_leaves_nothing": [
        {"seen": DELETED, "keys": {"brolly": {RUN}}},
        {
            "seen": DELETED,
            "keys": {"brolly": {"@digest", "@gone-1"}},
            "deployments": {},
            "files": [],
        },
        {"seen": DELETED, "deployments": {}},
    ],
    "no_request_is_left": [
        {"models": {"brolly": Model(model="brolly", active=RUN, wanted=RUN)}},
        {"models": {"brolly": Model(model="brolly", active=RUN, deleting=NOON)}},
    ],
    "accepted_requests_take_effect": [
        {"seen": _request("rollback", run="brolly-9876543210"), "requests": [LATER]},
        {"seen": _request("wake"), "rows": [ASLEEP], "requests": [LATER]},
    ],
    "requests_are_answered_plainly": [{"seen": _request("wake", status=500, body="Oops")}],
    "waiting_chats_get_an_answer": [
        {"seen": replace(SEEN, chats=[Chat("brolly", LATER.at, 503, '{"error": 1}', waits=True)])}
    ],
    "no_deletion_while_in_use": [
        {**GONE, "seen": _use(timedelta(days=1))},
        {**GONE, "requests": [replace(DELETE, at=NOON + timedelta(days=14))]},
        {**GONE, "seen": replace(SEEN, pins={"brolly": NOON})},
    ],
    "no_idle_deployment_unannounced": [
        {**_row(deployment_created=NOON), "now": IN_VAIN},
        {
            **_row(deployment_created=NOON, idleness_verdict=IdleVerdict.KEEP),
            "now": IN_VAIN,
        },
        {**UNKNOWN, **_world(refusals=0), "deliveries": [_delivery()]},
    ],
    "chats_answer_plainly": [{"seen": replace(SEEN, chats=[Chat("brolly", NOON, 500, "Oops")])}],
    "no_secret_leaks": [
        {"texts": {"host.log": secret}}
        for secret in (b"x storage-key", b"client-key", b"master-key", b"?sv=1&sig=abc")
    ],
    "no_bug_in_the_log": [{"texts": {"host.log": b"the episode of x was not recorded"}}],
}


def test_a_good_run_breaks_nothing() -> None:
    """No invariant complains of runs as they should be: serving, and asleep after 15 days."""
    assert violations(_evidence()) == []
    assert violations(_evidence(**GONE)) == []
    assert (
        violations(_evidence(**_world(places=1), requests=[PUT, DELETE, PUT, *[CHAT] * 10])) == []
    )
    assert violations(_evidence(seen=_request("rollback"), requests=[*[CHAT] * 9, LATER])) == []
    assert (
        violations(
            _evidence(**_world(refusals=1), deliveries=[_delivery(taken=False), _delivery()])
        )
        == []
    )


def test_an_idle_deployment_may_stay_if_people_know_why() -> None:
    """Without a receiver the row is enough, with one there is a notification; a pin is a reason."""
    notified = [_delivery(), _delivery("2", "run.unconfirmed")]
    pinned = {"brolly": Model(model="brolly", active=RUN, pinned="for good")}
    idle = {**_row(deployment_created=NOON), "now": IN_VAIN}

    assert violations(_evidence(**UNKNOWN)) == []
    assert violations(_evidence(**UNKNOWN, **_world(refusals=0), deliveries=notified)) == []
    assert violations(_evidence(**idle, models=pinned)) == []


@pytest.mark.parametrize(("switched", "complaints"), [(NOON, 0), (NOON + timedelta(days=2), 1)])
def test_a_rollback_to_what_serves_is_no_use(switched: datetime, complaints: int) -> None:
    """A request for the active version does not keep it awake; a switch to it does."""
    model = Model(model="brolly", active=RUN, promoted=switched)
    gone = {**GONE, "requests": [DELETE], "seen": _request("rollback", status=200)}

    assert len(violations(_evidence(**{**gone, "models": {"brolly": model}}))) == complaints


def test_a_pin_that_comes_too_late_saves_nothing() -> None:
    """Who pins a model whose row says that it is asleep cannot stop the DELETE on its way."""
    under_way = replace(DELETE, at=DELETE.at + timedelta(minutes=1))
    late = replace(SEEN, pins={"brolly": DELETE.at + timedelta(seconds=30)})

    assert violations(_evidence(**{**GONE, "seen": late, "requests": [under_way]})) == []


def test_who_gives_up_in_the_line_overtakes_nobody() -> None:
    """A run that was cancelled while it waited was not let in."""
    given_up = _queue_run("late", 2, None).enter_phase(Phase.CANCELLED, NOON + timedelta(hours=3))
    waiting = _evidence(rows=[_queue_run("early", 1, None), given_up], **_world(places=1))

    assert list(waiting_rules.admission_in_turn(waiting)) == []


@pytest.mark.parametrize(
    ("row", "world"), [(WAITS, {"places": 1}), (ABOVE, {"settings": {"BUDGET_RUN": "1"}})]
)
def test_a_run_may_wait(row: Run, world: dict[str, Any]) -> None:
    """A run that waits for a place that is taken, or for an approval, is at rest."""
    instances, models = {RUN: "Running"}, {"brolly": Model(model="brolly")}
    waiting = _evidence(rows=[row], instances=instances, models=models, **_world(**world))

    assert "every_run_settles" not in {one.partition(":")[0] for one in violations(waiting)}
    assert list(waiting_rules.no_wait_without_reason(waiting)) == []


def test_a_run_need_not_have_seen_what_became_free() -> None:
    """A place that became free after a run's last look is no place yet."""
    looks = {hour: DELETE.at + timedelta(hours=hour) for hour in (-1, 1)}
    found = {
        hour: list(
            waiting_rules.no_wait_without_reason(
                _evidence(
                    rows=[WAITS.with_admission(last_look=at)], **_world(places=2), requests=[DELETE]
                )
            )
        )
        for hour, at in looks.items()
    }

    assert (len(found[-1]), len(found[1])) == (0, 1)


def test_azure_s_places_run_out_too() -> None:
    """Without a limit of the story's own the eleventh tuned model waits, and only then."""
    ten = {f"brolly-{number}": ("tuned", "Succeeded") for number in range(10)}
    found = {
        taken: list(
            waiting_rules.no_wait_without_reason(
                _evidence(rows=[WAITS], deployments=dict(list(ten.items())[:taken]))
            )
        )
        for taken in (9, 10)
    }

    assert (len(found[9]), found[10]) == (1, [])


def test_a_place_is_first_of_who_came_before() -> None:
    """Of two that wait, the later one leaves the one free place to the other."""
    queues = [
        replace(WAITS, id=f"brolly-{n}").with_admission(queued_since=NOON + timedelta(n))
        for n in (0, 1)
    ]
    found = {
        places: list(
            waiting_rules.no_wait_without_reason(
                _evidence(
                    rows=[one.with_admission(last_look=NOON + timedelta(9)) for one in queues],
                    **_world(places=places),
                )
            )
        )
        for places in (1, 2, 3)
    }

    assert {places: len(complaints) for places, complaints in found.items()} == {1: 0, 2: 1, 3: 2}
    assert "brolly-0 waits" in found[2][0]


def test_a_run_may_fail_of_its_data() -> None:
    """A job that fails of what was dropped, and a budget without an approval, end a run rightly."""
    flawed = replace(SEEN, flawed={"digest"})
    failed: dict[str, Any] = {
        "phase": Phase.FAILED,
        "error_message": "No luck.",
        "deployment_name": "",
    }

    assert list(fails(_evidence(seen=flawed, **_row(error_code="job_failed", **failed)))) == []
    assert list(fails(_evidence(**_row(error_code="job_failed", **failed)))) != []
    assert list(fails(_evidence(**_row(error_code="not_approved", **failed)))) == []
    approved = replace(SEEN, approved={RUN: NOON + timedelta(hours=1)})
    assert list(fails(_evidence(seen=approved, **_row(error_code="not_approved", **failed)))) != []
    failed["timeline"] = (*TIMELINE, TimelineEntry(Phase.RECEIVED, NOON + timedelta(hours=2)))
    assert list(fails(_evidence(seen=approved, **_row(error_code="not_approved", **failed)))) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_finds_what_it_is_for(rule: Any) -> None:
    """Each invariant complains of every run that it is there for."""
    for changes in BADLY[rule.__name__]:
        assert list(rule(_evidence(**changes))), changes


def test_knows_a_token(tmp_path: Path) -> None:
    """A bearer token of the emulated identity is a secret wherever it stands."""
    token, _ = Tokens(tmp_path).issue("https://ai.azure.com")

    found = violations(_evidence(texts={"host.log": f"Authorization: Bearer {token}".encode()}))

    assert [one.partition(":")[0] for one in found] == ["no_secret_leaks"]
    assert base64.b64decode("eyJhbGci") == b'{"alg"'
