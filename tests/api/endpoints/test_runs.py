"""The endpoints of runs, reports and deployments on a running app."""

import json
import time
from typing import Any

import jsonschema
import pytest

from api.openapi import specification
from shared.registry.state import Phase
from tests.api.conftest import FUNCTION_KEY, MASTER_KEY, Here

COMPARED = {"base": "b", "tuned": "t", "source": "s", "pairs": []}


def test_runs_are_filtered(here: Here) -> None:
    """Runs are listed newest first, by model and phase, and cut at a limit that says so."""
    for number in range(3):
        created = f"2026-11-0{number + 1}T00:00:00.000Z"
        here.seed(f"many-000000000{number}", created=created, phase=Phase.FAILED)
    here.seed("many-0000000009", phase=Phase.ASLEEP)

    found = _get(here, "runs", model="many", phase="failed", limit=2)

    assert [run["id"] for run in found["runs"]] == ["many-0000000002", "many-0000000001"]
    assert found["total"] == 3
    _fits(found, "RunList")


def test_an_invalid_filter_is_an_error(here: Here) -> None:
    """A phase that does not exist is 400 and names those that do."""
    answer = here.http.get("runs", params={"phase": "done"}, headers=FUNCTION_KEY)

    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == "phase"
    assert "serving" in answer.json()["error"]["message"]


def test_a_run_links_to_the_public_address(here: Here) -> None:
    """Links are those of the host, not of the worker behind it."""
    here.seed("linked-0123456789", phase=Phase.FAILED, error_code="x", error_message="y")

    run = _get(here, "runs/linked-0123456789")

    assert run["links"]["self"] == f"{here.place.stack.url}/api/runs/linked-0123456789"
    assert run["error"] == {"code": "x", "message": "y"}
    _fits(run, "Run")


@pytest.mark.parametrize("path", ["runs/{}", "runs/{}/report", "runs/{}/events"])
@pytest.mark.parametrize("run", ["nope-0123456789", "nope", "it's-0123456789", "%C3%A9-0123456789"])
def test_unknown_runs(here: Here, path: str, run: str) -> None:
    """A run that does not exist, or could not, is 404 everywhere."""
    answer = here.http.get(path.format(run), headers=FUNCTION_KEY)

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "run_not_found"


def test_reports_that_are_not_made_yet(here: Here) -> None:
    """Before validation and training, report and events are 404 and say where the run is."""
    here.seed("early-0123456789", phase=Phase.FAILED)

    for what in ("report", "events"):
        answer = here.http.get(f"runs/early-0123456789/{what}", headers=FUNCTION_KEY)

        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == f"{what}_not_found"
        assert "failed" in answer.json()["error"]["message"]


def test_a_report_is_json_or_a_page(here: Here) -> None:
    """Programs get the stored JSON, browsers the stored page with the comparison in it."""
    run = here.seed("linked-0123456789").id
    _store(here, f"{run}/validation.json", {"ok": True})
    _store(here, f"{run}/evaluation.json", COMPARED)
    here.reports.upload_blob(f"{run}/validation.html", b"<html><body>fine</body></html>")

    report = _get(here, f"runs/{run}/report")
    page = here.http.get(f"runs/{run}/report", headers={**FUNCTION_KEY, "accept": "text/html"})

    assert report == {"run": run, "validation": {"ok": True}, "evaluation": COMPARED}
    assert page.headers["content-type"].startswith("text/html")
    assert "<body>fine<style>" in page.text
    assert "<h2>Base and tuned</h2>" in page.text
    _fits(report, "Report")


def test_events_of_a_job_that_was_just_created(here: Here) -> None:
    """Between the job and the first look at it there are no events, which is no error."""
    run = here.seed(
        "fresh-0123456789",
        phase=Phase.TRAINING,
        training_job_id="ftjob-2",
        training_job_status="pending",
    ).id

    events = _get(here, f"runs/{run}/events")

    assert events == {"run": run, "job": "ftjob-2", "status": "pending"} | {
        name: [] for name in ("events", "checkpoints", "curve")
    }
    _fits(events, "Events")


def test_events_of_a_training(here: Here) -> None:
    """Events, checkpoints and curve are those that were kept with the run."""
    run = here.seed("trained-0123456789").id
    kept = {"job": "ftjob-1", "status": "succeeded", "events": [{"message": "done"}]}
    _store(here, f"{run}/training.json", {**kept, "curve": [{"step": 1.0, "train_loss": 2.5}]})

    events = _get(here, f"runs/{run}/events")

    assert {**events, **kept} == events
    assert events["curve"] == [{"step": 1.0, "train_loss": 2.5}]
    _fits(events, "Events")


def test_deployments_and_their_end(here: Here) -> None:
    """What is deployed is listed with its use and its end, the longest idle first."""
    here.seed("live-0123456789", deployment_name="a", deployment_created="2026-11-01T00:00:00.000Z")
    here.seed("live-aaaaaaaaaa", deployment_name="b", deployment_created="2026-11-20T00:00:00.000Z")

    found = _get(here, "deployments")

    mine = [one for one in found["deployments"] if one["model"] == "live"]
    assert [one["name"] for one in mine] == ["a", "b"]
    assert mine[0]["retires_at"] == "2026-11-16T00:00:00.000Z"
    assert mine[0]["idle_seconds"] > mine[1]["idle_seconds"]
    _fits(found, "DeploymentList")


def test_a_run_that_ended_cannot_be_cancelled(here: Here) -> None:
    """Cancelling what rests already is 409 and changes nothing."""
    row = here.seed("ended-0123456789", phase=Phase.FAILED)

    answer = here.http.post("runs/ended-0123456789/cancel", headers=MASTER_KEY)

    assert answer.status_code == 409
    assert here.rows.get("ended-0123456789") == row


def test_a_run_that_nobody_works_on_is_closed(here: Here) -> None:
    """Cancelling a run whose orchestration is lost starts one that closes it."""
    here.seed("lost-0123456789", phase=Phase.QUEUED)

    answer = here.http.post("runs/lost-0123456789/cancel", headers=MASTER_KEY)

    assert answer.status_code == 202
    assert answer.json()["phase"] == "queued"
    until = time.monotonic() + 30
    while here.rows.get("lost-0123456789").phase != Phase.CANCELLED:
        assert time.monotonic() < until, here.rows.get("lost-0123456789")
        time.sleep(0.1)


def test_the_document_is_served(here: Here) -> None:
    """The document names the public address as its server."""
    document = here.http.get("openapi.json").json()

    assert document["servers"] == [{"url": f"{here.place.stack.url}/api"}]
    assert document["paths"].keys() == specification()["paths"].keys()


def _get(here: Here, path: str, **query: Any) -> Any:
    answer = here.http.get(path, params=query, headers=FUNCTION_KEY)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _store(here: Here, path: str, report: object) -> None:
    here.reports.upload_blob(path, json.dumps(report))


def _fits(body: object, name: str) -> None:
    schemas = specification()["components"]["schemas"]
    jsonschema.validate(
        body, {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
    )
