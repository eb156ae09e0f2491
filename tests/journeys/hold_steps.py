"""Runs that are held in the middle of a paid step: the service has done it, its answer is not out.

A dataset each, dropped one after the other; who kills the host then breaks off all of them at once.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.journeys.place import Place
from tests.journeys.service import assert_serves_once, jobs_of, list_deployments, list_uploads
from tests.journeys.steps import drop, eventually, rows, run_of, wait_for_end

LONG = 50.0  # seconds; less than the app waits for an answer, far more than a kill takes
JOB = 20.0  # seconds that a job takes whose run waits on durable timers

Hold = tuple[Mapping[str, Any], Callable[[Place, str], object]]
"""The fault that holds a step, and what shows that its effect is there."""

_HOLDS: Mapping[str, Hold] = {
    # The first chat asks whether the deployment answers; the second is the evaluation's.
    "evaluating": (
        {"path": "*/chat/completions", "skip": 1},
        lambda here, run: here.emulator.look("faults")["faults"][-1]["hits"],
    ),
    "deploying": (
        {"method": "PUT", "path": "*/deployments/*"},
        lambda here, run: run in list_deployments(here),
    ),
    "training": (
        {"method": "POST", "path": "*/fine_tuning/jobs"},
        jobs_of,
    ),
    "uploading": (
        {"method": "POST", "path": "*/files"},
        lambda here, run: f"{run}.jsonl" in list_uploads(here),
    ),
}


def kill_in_each_step(here: Place, folder: Path) -> None:
    """What was under way when everything died is found again: nothing is paid for twice."""
    runs = hold_in_each_step(here, folder)

    here.kill()
    here.start()

    for run in runs:
        wait_for_end(here, run, "serving")
    assert_serves_once(here, *runs)


def hold_in_each_step(here: Place, folder: Path) -> list[str]:
    """The ids of runs of which each is in the middle of another step, and one that only waits."""
    runs = [hold_step(here, folder, step) for step in _HOLDS]
    here.emulator.control("transitions", {"job": f"seconds:{JOB}"})
    waiting = run_of(here, drop(here, rows(), folder, "waiting"))
    eventually(lambda: jobs_of(here, waiting), "the job that takes its time")
    here.emulator.control("transitions", {"job": "immediate"})
    return [*runs, waiting]


def hold_step(here: Place, folder: Path, step: str) -> str:
    """The id of a run that is in the middle of that step."""
    fault, shows = _HOLDS[step]
    here.emulator.control("faults", {"delay": LONG, "when": "after", **fault})
    run = run_of(here, drop(here, rows(), folder, step))
    eventually(lambda: shows(here, run), f"the effect of {step}")
    return run
