"""What does not serve: datasets with faults, runs that are cancelled."""

from pathlib import Path

import httpx

from local.app import RESTING
from tests.journeys.place import KEYS, Place
from tests.journeys.steps import drop, eventually, rested, rows, run_of


def rejected_with_report(place: Place, folder: Path) -> None:
    """A dataset with faults is rejected with every line named, and nothing is uploaded."""
    data = rows()
    data[2]["messages"][1]["role"] = "usr"
    data[6]["messages"].pop()

    run = rested(place, run_of(place, drop(place, data, folder)), "rejected")

    findings = place.app.report(run["id"])["validation"]["findings"]
    assert {(f["line"], f["path"]) for f in findings if f["level"] == "error"} >= {
        (3, "$.messages[1].role"),
    }
    assert 7 in {f["line"] for f in findings}
    assert place.service.files.list().data == []


def mended_after_rejection(place: Place, folder: Path) -> None:
    """A rejected dataset that is mended and dropped again becomes a run that serves."""
    bad = rows()[:9]
    first = rested(place, run_of(place, drop(place, bad, folder)), "rejected")

    again = run_of(place, drop(place, rows(), folder), [first["id"]])

    rested(place, again, "serving")


def cancelled_while_training(place: Place, folder: Path) -> None:
    """Cancelling a run stops its job at the service and leaves nothing that costs money."""
    place.emulator.control("transitions", {"job": "seconds:600"})
    run = run_of(place, drop(place, rows(), folder))
    eventually(lambda: _job_begun(place, run), "the job")

    answer = httpx.post(
        f"{place.stack.url}/api/runs/{run}/cancel",
        headers={"x-functions-key": KEYS["master"]},
        timeout=60,
    )

    assert answer.status_code == 202, answer.text
    rested(place, run, "cancelled")
    assert [job.status for job in place.service.fine_tuning.jobs.list()] == ["cancelled"]
    assert place.app.deployments() == []


def _job_begun(place: Place, run: str) -> bool:
    found = place.app.run(run)
    assert found["phase"] not in RESTING, found
    return bool(found["phase"] == "training" and found["training"].get("job"))


JOURNEYS = (rejected_with_report, mended_after_rejection, cancelled_while_training)
