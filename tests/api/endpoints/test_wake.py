"""Waking, as operators and client apps meet it on a running app."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

import pytest

from shared.registry import Run
from shared.registry.state import Phase
from tests.api.conftest import FUNCTION_KEY, MASTER_KEY, Here
from tests.runs import at

T = TypeVar("T")
BASE_MODEL = "gpt-4.1-mini-2025-04-14"  # deployed as it is: a tuned one costs a training


def sleeping(here: Here, run: str, **values: object) -> Run:
    """A version that its model points to, without a deployment."""
    return here.seed(
        run, active=True, phase=Phase.ASLEEP, training_tuned_model=BASE_MODEL, **values
    )


def is_resting(here: Here, run: str) -> Run:
    """The row once nobody works on it any more."""
    until(lambda: here.rows.get(run).resting)
    return here.rows.get(run)


def until(look: Callable[[], T | None]) -> T:
    """The first thing that `look` finds; what is waited for comes within a minute."""
    end = time.monotonic() + 60
    while not (found := look()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found


def wakings(here: Here, run: str) -> int:
    """How often its deployment was created at the service."""
    requests = here.place.emulator.look("requests")["requests"]
    return len([r for r in requests if r["method"] == "PUT" and r["path"].endswith(run)])


def test_a_sleeping_model_serves_again(here: Here) -> None:
    """202 with the run as it wakes; then it serves, answers, and waking it again is 200."""
    run = sleeping(here, "woken-0123456789").id

    answer = here.http.post("models/woken/wake", headers=MASTER_KEY)

    assert answer.status_code == 202
    assert (answer.json()["id"], answer.json()["phase"]) == (run, "deploying")
    row = is_resting(here, run)
    assert (row.phase, row.deployment.name, row.attempt) == ("serving", run, 2)
    assert [line[2] for line in row.timeline] == ["woken: POST models/woken/wake", "woken"]
    assert here.chat(model="woken").status_code == 200
    assert here.http.post("models/woken/wake", headers=MASTER_KEY).status_code == 200
    assert wakings(here, run) == 1


def test_many_ask_at_the_same_time(here: Here) -> None:
    """Sixteen at once wake a model once."""
    run = sleeping(here, "crowd-0123456789").id

    with ThreadPoolExecutor(16) as pool:
        answers = list(
            pool.map(lambda _: here.http.post("models/crowd/wake", headers=MASTER_KEY), range(16))
        )

    assert {answer.status_code for answer in answers} <= {200, 202}
    row = is_resting(here, run)
    assert (row.phase, row.attempt) == ("serving", 2)
    assert wakings(here, run) == 1


def test_a_beginner_that_died(here: Here) -> None:
    """A row that says it wakes, with nobody at work, is taken on by the next who asks."""
    run = sleeping(here, "orphan-0123456789").id
    here.rows.change(run, _claim)

    assert here.http.post("models/orphan/wake", headers=MASTER_KEY).status_code == 202
    assert is_resting(here, run).phase == "serving"


def test_a_cancelled_waking(here: Here) -> None:
    """Cancelling a run that wakes leaves it asleep, and nothing that costs money."""
    run = sleeping(here, "sorry-0123456789").id
    here.place.emulator.control("transitions", {"ready": "seconds:600"})
    try:
        here.http.post("models/sorry/wake", headers=MASTER_KEY)
        answer = here.http.post(f"runs/{run}/cancel", headers=MASTER_KEY)
        row = is_resting(here, run)
    finally:
        here.place.emulator.control("transitions", {"all": "immediate"})

    assert answer.status_code == 202
    assert (row.phase, row.error.code, row.deployment.name) == ("asleep", "cancelled", "")
    assert run not in str(here.place.emulator.look("state")["deployments"])


def test_a_model_that_the_service_lost(here: Here) -> None:
    """A tuned model that is gone ends as failed, with the way to a new one."""
    run = here.seed(
        "lostmodel-0123456789", active=True, phase=Phase.ASLEEP, training_tuned_model="x.ft-1"
    )

    here.http.post("models/lostmodel/wake", headers=MASTER_KEY)

    row = is_resting(here, run.id)
    assert (row.phase, row.error.code) == ("failed", "tuned_model_gone")
    again = here.http.post("models/lostmodel/wake", headers=MASTER_KEY)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "not_wakeable")
    assert "Drop lostmodel.jsonl again" in again.json()["error"]["message"]


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("nobody", 404, "model_not_found"),
        ("it's", 404, "model_not_found"),
        ("unborn", 409, "not_wakeable"),
    ],
)
def test_what_cannot_be_woken(here: Here, name: str, status: int, code: str) -> None:
    """An unknown model is 404; one that never served is 409 and says where it is."""
    if name == "unborn":
        here.seed("unborn-0123456789", phase=Phase.REJECTED)

    answer = here.http.post(f"models/{name}/wake", headers=MASTER_KEY)

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_a_function_key_wakes_nothing(here: Here) -> None:
    """Waking costs money, so it needs the master key."""
    assert here.http.post("models/woken/wake", headers=FUNCTION_KEY).status_code == 401


def _claim(row: Run) -> Run:
    return replace(row, phase=Phase.DEPLOYING, attempt=2).with_deployment(
        waking_since=at("2026-11-01T00:00:00.000Z")
    )
