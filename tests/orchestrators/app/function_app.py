"""The real orchestrators over activities that follow a script.

`SCRIPTS` names a folder. `<run>.json` there has a list of entries for each activity: an outcome,
`{"raise": TEXT}`, or `{"for": SECONDS, ...outcome}`, which holds for that time since the first
call. Each entry but the last is used once; without a script an activity is done at once. Every call
is a line in `<run>.log`.
"""

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import azure.durable_functions as df

from activities.blueprint import NAMES
from orchestrators.blueprint import blueprint
from shared import clock
from shared.runs.orchestration import Outcome

app = df.DFApp()
app.register_functions(blueprint)
lock = threading.Lock()


def scripted_answer(name: str) -> Callable[[object], object]:
    """An activity that follows its script."""

    def activity(payload: object) -> object:
        run = run_of(payload)
        folder = Path(os.environ["SCRIPTS"])
        with lock:
            before = calls(folder / f"{run}.log", name)
            now = clock.now().timestamp()
            with (folder / f"{run}.log").open("a") as log:
                log.write(json.dumps({"name": name, "at": now, "payload": payload}) + "\n")
        entry = choose(entries(folder / f"{run}.json", name), before, now)
        if isinstance(entry, dict) and "raise" in entry:
            raise RuntimeError(entry["raise"])
        return entry

    activity.__name__ = name
    return activity


def run_of(payload: Any) -> str:
    """The run that an activity is called for."""
    return str(payload.get("ref", payload).get("run", "check"))


def calls(log: Path, name: str) -> list[float]:
    """When that activity was called so far."""
    if not log.exists():
        return []
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    return [line["at"] for line in lines if line["name"] == name]


def entries(script: Path, name: str) -> list[Any]:
    """What is scripted for that activity."""
    found: dict[str, list[Any]] = json.loads(script.read_text()) if script.exists() else {}
    return found.get(name, [Outcome.done().to_dict()])


def choose(script: list[Any], before: list[float], now: float) -> Any:
    """The entry that is due."""
    if isinstance(script[0], dict) and "for" in script[0]:
        over = now - (before or [now])[0] >= script[0]["for"]
        return script[1] if over else script[0]
    return script[min(len(before), len(script) - 1)]


for one in NAMES:
    app.activity_trigger(input_name="payload", activity=one)(scripted_answer(one))
