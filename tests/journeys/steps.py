"""What the journeys do and look at, in the words of a user."""

import copy
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import httpx

from local.app import RESTING, App
from tests import dataset
from tests.journeys.place import KEYS, Place

PATIENCE = 150.0  # seconds; the real engine brings back what was killed only after a minute

T = TypeVar("T")
Row = dict[str, Any]


def rows(changed: str = "") -> list[Row]:
    """The dataset of ten rows; with `changed`, each answer ends with that word."""
    found: list[Row] = copy.deepcopy(list(dataset.ROWS))
    for row in found if changed else []:
        row["messages"][-1]["content"] += f" {changed}"
    return found


def drop(place: Place, data: Sequence[Row] | bytes, folder: Path, name: str = "brolly") -> str:
    """Drop a dataset and return its blob's name."""
    file = folder / f"{name}.jsonl"
    text = data if isinstance(data, bytes) else b"".join(map(_line, data))
    file.write_bytes(text)
    return place.app.drop(file)[-1]


def write_eval_file(folder: Path) -> None:
    """Five prompts that are no training examples, with the answers that are expected."""
    turns = [row["messages"] for row in rows()[:5]]
    lines = [
        {"prompt": f"{turn[-2]['content']} Please!", "expected": turn[-1]["content"]}
        for turn in turns
    ]
    (folder / "brolly.eval.jsonl").write_bytes(b"".join(map(_line, lines)))


def run_of(place: Place, dataset: str, before: Sequence[str] = ()) -> str:
    """The id of the run that a dropped dataset became."""
    return place.app.new_run(dataset, set(before))


def wait_for_end(place: Place, run: str, phase: str) -> Row:
    """Wait until a run rests, and insist on the phase it rests in."""
    until = time.monotonic() + PATIENCE
    last = next(
        now for now in place.app.follow(run) if now["phase"] in RESTING or time.monotonic() > until
    )

    assert last["phase"] == phase, json.dumps(last, indent=1)
    return last


def drop_and_serve(
    place: Place, data: Sequence[Row], folder: Path, before: Sequence[str] = ()
) -> Row:
    """Drop rows and follow their run until it serves."""
    dataset = drop(place, data, folder)
    return wait_for_end(place, run_of(place, dataset, before), "serving")


def eventually(look: Callable[[], T | None], what: str, seconds: float = PATIENCE) -> T:
    """The first thing that `look` finds; a failure that says `what` was awaited otherwise."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds:.0f} s in vain: {what}")


def in_phase(app: App, run: str, *phases: str) -> Row | None:
    """The run, if it is in one of the phases."""
    found = app.run(run)
    return found if found["phase"] in phases else None


def daily_round(place: Place) -> None:
    """Begin the daily round by hand. Where one still goes on the app would begin no other."""
    eventually(lambda: not _round_goes_on(place), "the end of the last round")
    address = f"{place.stack.url}/admin/functions/retire_daily"
    key = {"x-functions-key": KEYS["master"]}
    answer = httpx.post(address, json={"input": ""}, headers=key, timeout=60)
    assert answer.status_code == 202, answer.text


def _round_goes_on(place: Place) -> bool:
    address = f"{place.stack.url}/runtime/webhooks/durabletask/instances/retire"
    return httpx.get(address, params={"code": KEYS["master"]}, timeout=60).status_code == 202


def _line(row: Row) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode() + b"\n"
