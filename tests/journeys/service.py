"""What the emulated service really holds, seen from beside: no look that moves a state on."""

import json
from typing import Any

from tests.dataset import OPENING, QUESTION
from tests.journeys.place import Place

BASE = "gpt-4.1-mini"  # deployed from the start


def jobs_of(place: Place, run: str) -> list[str]:
    """The states of the jobs that were ever created for a run."""
    jobs: list[dict[str, Any]] = place.emulator.look("state")["jobs"]
    return [str(job["status"]) for job in jobs if _run_of(job) == run]


def list_deployments(place: Place) -> set[str]:
    """The deployments, but for the base."""
    return {str(one["name"]) for one in place.emulator.look("state")["deployments"]} - {BASE}


def list_uploads(place: Place) -> list[str]:
    """The names of the files that were uploaded for training, in order."""
    files: list[dict[str, Any]] = place.emulator.look("state")["files"]
    return sorted(str(file["filename"]) for file in files if file["purpose"] == "fine-tune")


def assert_one_of_each(place: Place, *runs: str) -> None:
    """Each run has one job that succeeded, one file and one deployment, and nobody else has any."""
    state = place.emulator.look("state")
    wanted = sorted(runs)

    assert sorted(map(_run_of, state["jobs"])) == wanted
    assert {job["status"] for job in state["jobs"]} == {"succeeded"}
    assert list_uploads(place) == [f"{run}.jsonl" for run in wanted]
    assert sorted(list_deployments(place)) == wanted


def assert_serves_once(place: Place, *runs: str) -> None:
    """Each run serves and answers, and the service holds exactly what they need."""
    assert_one_of_each(place, *runs)
    for run in runs:
        found = place.app.run(run)
        assert found["phase"] == "serving", json.dumps(found, indent=1)
        messages = [{"role": "user", "content": QUESTION}]
        assert OPENING in place.app.chat(found["model"], messages)


def _run_of(job: dict[str, Any]) -> str:
    return str((job["metadata"] or {}).get("tunedrop_run", job["id"]))
