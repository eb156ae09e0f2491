"""Rollback and promotion on request, as operators and client apps meet them on a running app."""

import time
from typing import Any

import pytest

from shared.registry import Model, Run
from shared.registry.state import Phase
from tests.api.conftest import FUNCTION_KEY, MASTER_KEY, Here

BASE_MODEL = "gpt-4.1-mini-2025-04-14"  # deployed as it is: a tuned one costs a training
OLD, NEW = "2026-11-01T00:00:00.000Z", "2026-11-02T00:00:00.000Z"


def two(here: Here, name: str, **first: Any) -> tuple[Run, Run]:
    """A name with two versions, of which the newer serves; both are the base's deployment."""
    known: dict[str, Any] = {"deployment_name": "gpt-4.1-mini", "training_tuned_model": BASE_MODEL}
    older = here.seed(
        f"{name}-aaaaaaaaaa", created=OLD, phase=Phase.SUPERSEDED, **{**known, **first}
    )
    newer = here.seed(f"{name}-bbbbbbbbbb", created=NEW, **known)
    here.rows.put_model(None, Model(model=name, active=newer.id, previous=older.id))
    return older, newer


def active(here: Here, name: str) -> str:
    """The run that a name points to."""
    found = here.rows.model(name)
    assert found is not None
    return found.active


def test_rollback_of_a_version_that_answers(here: Here) -> None:
    """200 at once, and again when it is repeated; the chat goes on."""
    older, newer = two(here, "back")
    assert here.chat(model="back").status_code == 200

    answers = [here.http.post("models/back/rollback", headers=MASTER_KEY) for _ in range(2)]

    assert [one.status_code for one in answers] == [200, 200]
    assert {key: answers[0].json()[key] for key in ("model", "active", "previous")} == {
        "model": "back",
        "active": older.id,
        "previous": newer.id,
    }
    assert [here.rows.get(one.id).phase for one in (older, newer)] == ["serving", "superseded"]
    assert here.chat(model="back").status_code == 200


def test_rollback_of_a_version_that_sleeps(here: Here) -> None:
    """202 while it wakes; the newer one answers until then, and the name is switched after it."""
    older, newer = two(here, "asleep", deployment_name="")

    answer = here.http.post("models/asleep/rollback", headers=MASTER_KEY)

    assert answer.status_code == 202
    assert (answer.json()["active"], answer.json()["wanted"]) == (newer.id, older.id)
    assert here.chat(model="asleep").status_code == 200
    until = time.monotonic() + 60
    while here.rows.get(older.id).phase != Phase.SERVING:
        assert time.monotonic() < until, here.rows.get(older.id)
        time.sleep(0.05)
    name = here.rows.model("asleep")
    assert name is not None
    assert (name.active, name.previous, name.wanted) == (older.id, newer.id, "")
    assert here.rows.get(newer.id).phase == Phase.SUPERSEDED
    again = here.http.post("models/asleep/rollback", headers=MASTER_KEY)
    assert (again.status_code, again.json()["active"]) == (200, older.id)


def test_version_that_cannot_be_woken(here: Here) -> None:
    """The request is withdrawn, the run says why, and the newer version serves on."""
    older, newer = two(
        here, "gone", deployment_name="", training_tuned_model="gpt-4.1-mini.ft-0-gone"
    )

    assert here.http.post("models/gone/rollback", headers=MASTER_KEY).status_code == 202

    until = time.monotonic() + 60
    while here.rows.get(older.id).deployment.waking_since or not here.rows.get(older.id).error.code:
        assert time.monotonic() < until, here.rows.get(older.id)
        time.sleep(0.05)
    name = here.rows.model("gone")
    assert name is not None
    assert (name.active, name.wanted) == (newer.id, "")


def test_what_failed_the_gate_answers_by_its_run_only(here: Here) -> None:
    """A name without an active version is 409 with the reason; promotion on request fixes it."""
    kept = here.seed(
        "kept-0123456789",
        phase=Phase.SUPERSEDED,
        deployment_name="gpt-4.1-mini",
        training_tuned_model=BASE_MODEL,
        evaluation_gate="score>=0.9",
        evaluation_verdict="failed",
        error_code="gate_failed",
        error_message="The gate score>=0.9 is failed: score is 0.1.",
    )

    refused = here.chat(model="kept")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "model_kept_back")
    assert "score is 0.1" in refused.json()["error"]["message"]
    assert here.chat(model=kept.id).status_code == 200

    answer = here.http.post(f"models/kept/promote?run={kept.id}", headers=MASTER_KEY)

    assert (answer.status_code, answer.json()["active"]) == (200, kept.id)
    assert here.chat(model="kept").status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("models/nope/rollback", 404, "model_not_found"),
        ("models/it's/rollback", 404, "model_not_found"),
        ("models/single/rollback", 409, "no_previous_version"),
        ("models/single/promote", 400, "invalid_value"),
        ("models/single/promote?run=x&now=1", 400, "invalid_value"),
        ("models/single/promote?run=other-0123456789", 404, "run_of_another_model"),
        ("models/single/promote?run=single-aaaaaaaaaa", 404, "run_not_found"),
        ("models/single/promote?run=single-bbbbbbbbbb", 409, "run_not_servable"),
    ],
)
def test_what_cannot_be_chosen(here: Here, path: str, status: int, code: str) -> None:
    """A clear 4xx says what is wrong; nothing changes."""
    if here.rows.model("single") is None:
        here.seed("single-0123456789", active=True, deployment_name="gpt-4.1-mini")
        here.seed("single-bbbbbbbbbb", phase=Phase.TRAINING)

    answer = here.http.post(path, headers=MASTER_KEY)

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert active(here, "single") == "single-0123456789"


@pytest.mark.parametrize("what", ["rollback", "promote?run=x-0123456789"])
def test_a_function_key_switches_nothing(here: Here, what: str) -> None:
    """Choosing a version needs the master key."""
    assert here.http.post(f"models/x/{what}", headers=FUNCTION_KEY).status_code == 401
