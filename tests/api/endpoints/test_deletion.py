"""Deleting a model, as an operator meets it on a running app."""

import httpx
import jsonschema
import pytest

from api.openapi import specification
from shared.registry.state import Phase
from tests.api.conftest import FUNCTION_KEY, MASTER_KEY, Here
from tests.api.endpoints.test_wake import sleeping, until
from tests.api.test_streaming import held_back


def delete(here: Here, name: str, confirm: str | None = None) -> httpx.Response:
    """Ask for the deletion of a model."""
    query = {"confirm": name if confirm is None else confirm}
    return here.http.delete(f"models/{name}", params=query, headers=MASTER_KEY)


def is_gone(here: Here, name: str) -> httpx.Response:
    """The answer once the deletion is over; asking again and again is safe."""
    return until(lambda: one if (one := delete(here, name)).status_code == 200 else None)


def test_a_model_goes(here: Here) -> None:
    """202 with what goes and what stays, then 200 with the same, for good."""
    run = sleeping(here, "going-0123456789", training_job_id="ftjob-1").id

    first = delete(here, "going")
    last = is_gone(here, "going")

    assert first.status_code == 202
    assert first.json()["state"] == "deleting"
    assert last.json()["state"] == "deleted"
    assert last.json()["ended"]
    assert last.json()["kept"] == {
        "datasets": ["going.jsonl"],
        "reports": [run],
        "tuned_models": ["gpt-4.1-mini-2025-04-14"],
        "jobs": ["ftjob-1"],
    }
    assert here.rows.find(run) is None
    assert here.chat(model="going").status_code == 404
    assert delete(here, "going").json() == last.json()
    for answer in (first, last):
        _fits(answer.json())


@pytest.mark.parametrize("confirm", [None, "", "other"])
def test_it_wants_to_be_confirmed(here: Here, confirm: str | None) -> None:
    """Without the model's name once more it is 400, names what to add, and touches nothing."""
    row = sleeping(here, f"sure{confirm or 'x'}-0123456789")
    query = {} if confirm is None else {"confirm": confirm}

    answer = here.http.delete(f"models/{row.model}", params=query, headers=MASTER_KEY)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "confirm")
    assert f"?confirm={row.model}" in answer.json()["error"]["message"]
    assert "1 version and 0 deployments" in answer.json()["error"]["message"]
    assert here.rows.get(row.id) == row


def test_a_run_that_nobody_works_on_does_not_hold_it_up(here: Here) -> None:
    """Runs that are under way are cancelled first, also one whose orchestration is lost."""
    here.seed("stuck-0123456789", phase=Phase.QUEUED)

    assert delete(here, "stuck").status_code == 202
    assert is_gone(here, "stuck").json()["runs"] == [{"run": "stuck-0123456789", "files": []}]


def test_deletion_while_it_wakes(here: Here) -> None:
    """A model that is being woken is cancelled, and ends deleted without a deployment."""
    run = sleeping(here, "torn-0123456789").id

    with held_back(here, run):
        woken = here.http.post("models/torn/wake", headers=MASTER_KEY)
        until(lambda: here.rows.get(run).waiting)
        first = delete(here, "torn")
        again = here.http.post("models/torn/wake", headers=MASTER_KEY)
        chat = here.chat(model="torn")
        is_gone(here, "torn")

    assert (woken.status_code, first.status_code) == (202, 202)
    assert again.status_code in (404, 409)
    assert chat.status_code in (404, 409)
    assert run not in str(here.place.emulator.look("state")["deployments"])


def test_who_may(here: Here) -> None:
    """An unknown model is 404; a function key deletes nothing."""
    assert delete(here, "nobody").status_code == 404
    answer = here.http.delete("models/x", params={"confirm": "x"}, headers=FUNCTION_KEY)
    assert answer.status_code == 401


def _fits(body: object) -> None:
    schemas = specification()["components"]["schemas"]
    schema = {"$ref": "#/components/schemas/Deletion", "components": {"schemas": schemas}}
    jsonschema.validate(body, schema)
