"""Cancelling at every phase, also when there is nothing left to stop."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.journeys.place import KEYS, Place
from tests.journeys.steps import drop, eventually, rows, run_of, wait_for_end

BUSY = {"status": 503, "times": 0}
JOBS = "*/fine_tuning/jobs/*"
#: What keeps a run in a phase: rules of the emulator, or faults. The first chat is the probe of a
#: deployment; those after it are the comparison.
HOLDS: Mapping[str, tuple[dict[str, str], dict[str, Any]]] = {
    "queued": ({}, {"method": "GET", "path": "*/files", **BUSY}),
    "uploading": ({"file": "seconds:600"}, {}),
    "training": ({"job": "seconds:600"}, {}),
    "deploying": ({"ready": "seconds:600"}, {}),
    "evaluating": ({}, {"path": "*/chat/completions", "skip": 1, **BUSY}),
}
JOBS_LEFT = {"training": "cancelled", "deploying": "succeeded", "evaluating": "succeeded"}


def cancel_at_every_phase(place: Place, folder: Path) -> None:
    """Wherever a run is, cancelling ends it, and leaves nothing that costs money."""
    for phase in HOLDS:
        ended = _cancel_in(place, folder, phase)
        assert ended["error"]["code"] == "cancelled"
        assert _job(place, ended) == JOBS_LEFT.get(phase, "")
    assert place.app.deployments() == []
    assert _list_deployments(place) == ["gpt-4.1-mini"]


def cancel_while_it_finishes(place: Place, folder: Path) -> None:
    """A job that has succeeded is not stopped any more; its model waits for the next try."""
    with _hold(place, {}, {"method": "GET", "path": JOBS, **BUSY}):
        run = run_of(place, drop(place, rows(), folder))
        eventually(lambda: _job(place, place.app.run(run)) == "succeeded", "the end of the job")

        assert _cancel(place, run).status_code == 202
        ended = wait_for_end(place, run, "cancelled")

    assert ended["training"]["job_status"] == "succeeded"
    assert _cancel(place, run).status_code == 409
    drop(place, rows(), folder)
    eventually(lambda: place.app.run(run)["attempt"] == 2, "the next try")
    wait_for_end(place, run, "serving")
    assert [job.status for job in place.service.fine_tuning.jobs.list()] == ["succeeded"]


def _cancel_in(place: Place, folder: Path, phase: str) -> dict[str, Any]:
    with _hold(place, *HOLDS[phase]):
        run = run_of(place, drop(place, rows(), folder, name=phase))
        eventually(lambda: _waits(place, run, phase), f"a run that waits, {phase}")
        assert _cancel(place, run).status_code == 202
        return wait_for_end(place, run, "cancelled")


@contextmanager
def _hold(place: Place, rules: dict[str, str], fault: dict[str, Any]) -> Iterator[None]:
    place.emulator.control("transitions", {"all": "immediate", **rules})
    if fault:
        place.emulator.control("faults", fault)
    try:
        yield
    finally:
        httpx.delete(f"{place.emulator.url}/control/faults").raise_for_status()
        place.emulator.control("transitions", {"all": "immediate"})


def _waits(place: Place, run: str, phase: str) -> bool:
    found = place.app.run(run)
    return found["phase"] == phase and bool(found.get("waiting"))


def _cancel(place: Place, run: str) -> httpx.Response:
    return httpx.post(
        f"{place.stack.url}/api/runs/{run}/cancel",
        headers={"x-functions-key": KEYS["master"]},
        timeout=60.0,
    )


def _job(place: Place, run: dict[str, Any]) -> str:
    """The state of a run's job at the service, without a look that moves it; empty for none."""
    jobs = {job["id"]: job["status"] for job in place.emulator.look("state")["jobs"]}
    return str(jobs.get(run["training"].get("job"), ""))


def _list_deployments(place: Place) -> list[str]:
    return [one["name"] for one in place.emulator.look("state")["deployments"]]


JOURNEYS = (cancel_at_every_phase, cancel_while_it_finishes)
