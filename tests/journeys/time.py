"""Weeks in seconds: a job of 720 hours, then a deployment that idles until it is retired."""

import json
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from tests.journeys.place import KEYS, Place
from tests.journeys.steps import drop, rows, run_of

JOB = timedelta(hours=720)
IDLE = timedelta(days=15)
HISTORY = 400  # events that one generation of an orchestration may have
LOOKS = 5000  # at a job, in the whole


def weeks(place: Place, folder: Path, journal: Path) -> None:
    """A job that trains for 720 hours is served, idles for 16 days, and is asleep."""
    run = run_of(place, drop(place, rows(), folder))

    _advance(place, JOB + timedelta(days=1))
    served = place.app.run(run)
    _advance(place, timedelta(days=14))
    kept = place.app.run(run)
    _advance(place, timedelta(days=3))
    asleep = place.app.run(run)

    assert [served["phase"], kept["phase"], asleep["phase"]] == ["serving", "serving", "asleep"]
    assert kept["warning"]
    # The first line of each phase; later ones of `serving` are the daily round's decisions.
    timeline = reversed(asleep["timeline"])
    at = {entry["phase"]: datetime.fromisoformat(entry["at"]) for entry in timeline}
    assert at["deploying"] - at["training"] >= JOB
    assert IDLE <= at["asleep"] - at["serving"] <= IDLE + timedelta(days=1, hours=1)
    assert asleep["training"]["tuned_model"]
    decided = [str(e.get("note")).partition(":")[0] for e in asleep["timeline"][-4:]]
    assert decided == ["None", "kept", "warned", "deployment deleted"]
    assert place.app.deployments() == []
    _bounded(journal)


def _bounded(journal: Path) -> None:
    """No history grew long, and the service was not asked too often."""
    entries = [json.loads(line) for line in journal.read_text().splitlines()]
    histories = [len(e["context"]["history"]) for e in entries if e["kind"] == "orchestrator"]
    calls = Counter(e["name"] for e in entries if e["kind"] == "activity_started")

    assert max(histories) <= HISTORY
    assert 500 < calls["train_model"] <= LOOKS


def _advance(place: Place, span: timedelta) -> Any:
    answer = httpx.post(
        f"{place.stack.url}/admin/host/clock",
        json={"advance": span.total_seconds()},
        headers={"x-functions-key": KEYS["master"]},
        timeout=400.0,
    )
    return answer.raise_for_status().json()
