"""Weeks in seconds: a job of 720 hours, then a deployment that idles until it is retired."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.journeys.place import KEYS, Place
from tests.journeys.steps import drop, rows, run_of

JOB = timedelta(hours=720)
IDLE = timedelta(days=15)
HISTORY = 400  # events that one generation of an orchestration may have
LOOKS = range(100, 300)  # at a job, in the whole


def weeks(place: Place, folder: Path, journal: Path) -> None:
    """A job that trains for 720 hours is served, idles for 16 days, and is asleep."""
    run = run_of(place, drop(place, rows(), folder))

    advance(place, JOB + timedelta(days=1))
    served = place.app.run(run)
    for _ in range(3):
        hi: Any = {"role": "user", "content": "Where is it warm in March?"}
        place.client.chat.completions.create(model="base", messages=[hi])
    advance(place, timedelta(days=14))
    kept = place.app.run(run)
    advance(place, timedelta(days=3))
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
    _check_histories(journal)
    spent = check_costs(place)
    own = asleep["costs"]["actual"]
    assert spent["training"] == pytest.approx(own["training"]["usd"])
    assert spent["hosting"] == pytest.approx(own["hosting"]["usd"])


def _check_histories(journal: Path) -> None:
    """No history grew long, and the service was not asked too often."""
    entries = [json.loads(line) for line in journal.read_text().splitlines()]
    histories = [len(e["context"]["history"]) for e in entries if e["kind"] == "orchestrator"]
    calls = Counter(e["name"] for e in entries if e["kind"] == "activity_started")

    assert max(histories) <= HISTORY
    assert calls["train_model"] in LOOKS


def check_costs(place: Place) -> dict[str, float]:
    """What the app says that all has cost, which is what the service would charge for it."""
    bill = place.emulator.look("bill")
    months = [place.app.costs(month) for month in _months(place)]

    spent = {
        part: sum(month["total"][part]["usd"] for month in months)
        for part in ("training", "hosting", "chat", "total")
    }
    assert spent["training"] == pytest.approx(sum(one["usd"] for one in bill["trainings"]))
    # Hours end when the app sees that a deployment is gone, which is minutes after it went.
    assert spent["hosting"] == pytest.approx(sum(one["usd"] for one in bill["hosting"]), rel=1e-3)
    assert spent["chat"] == pytest.approx(sum(one["usd"] for one in bill["chats"]), abs=1e-5)
    assert spent["total"] == pytest.approx(bill["usd"], rel=1e-3)
    assert min(spent.values()) > 0
    assert len([month for month in months if month["total"]["total"]["usd"]]) >= 2
    return spent


def _months(place: Place) -> list[str]:
    """The months until now, by the service's clock."""
    now = datetime.fromtimestamp(place.emulator.look("state")["now"], UTC)
    return list(dict.fromkeys(f"{now - timedelta(days=days):%Y-%m}" for days in range(124)))


def advance(place: Place, span: timedelta) -> Any:
    """Let so much virtual time pass, with all that becomes due in it."""
    answer = httpx.post(
        f"{place.stack.url}/admin/host/clock",
        json={"advance": span.total_seconds()},
        headers={"x-functions-key": KEYS["master"]},
        timeout=400.0,
    )
    return answer.raise_for_status().json()
