"""Three months of one model: versions, gate, budget, rollback, idleness, waking, pin, deletion."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from openai import APIStatusError

from tests.dataset import OPENING
from tests.journeys.main_job import MESSAGES, WORD
from tests.journeys.place import KEYS, Place
from tests.journeys.steps import drop, eventually, rows, run_of, write_eval_file
from tests.journeys.time import advance, check_costs
from tests.journeys.versions import NEVER

DAY = timedelta(days=1)
BUDGET = "700"  # dollars; above what ten epochs cost with two weeks of hosting, below twenty-five
PRICE = 3000.0  # dollars per million trained tokens


def months(place: Place, folder: Path) -> None:
    """One model is used for a quarter, and all that it cost is accounted for at its end."""
    first = _drop(place, folder, "", {})
    advance(place, DAY)
    assert _phases(place) == {first: "serving"}
    _chat(place, 5)

    write_eval_file(folder)
    second = _drop(place, folder, "Two.", {"evaluation": {"gate": NEVER}})
    advance(place, DAY)
    kept = place.app.run(second)
    assert kept["error"]["code"] == "gate_failed"
    assert kept["evaluation"]["gate"]["verdict"] == "failed"
    assert _model(place)["active"] == first

    third = _approve(place, folder)
    eventually(lambda: WORD in _chat(place), "the answer of the third version")
    assert _order(place, "POST", "rollback")["active"] == first
    eventually(lambda: WORD not in _chat(place), "the answer of the first version")
    advance(place, 3 * DAY)
    phases = {first: "serving", second: "superseded", third: "superseded"}
    assert _phases(place) == phases, place.app.runs()
    assert [one["run"] for one in place.app.deployments()] == [first]

    _pin_for_a_month(place, first)
    _sleep_and_wake(place, first)
    _chat(place, 3)
    advance(place, 20 * DAY)
    _check_usage(place)
    _delete(place)
    check_costs(place)


def _approve(place: Place, folder: Path) -> str:
    """A run above the budget waits for a person, for days if need be."""
    run = _drop(place, folder, WORD, {"hyperparameters": {"n_epochs": 25}})
    advance(place, 3 * DAY)
    waits = place.app.run(run)
    assert (waits["phase"], "approve" in waits["waiting"]) == ("queued", True), waits

    answer = httpx.post(
        f"{place.stack.url}/api/runs/{run}/approve",
        headers={"x-functions-key": KEYS["master"]},
        timeout=60,
    )
    assert answer.status_code == 202, answer.text
    advance(place, DAY)
    assert _model(place)["active"] == run
    return run


def _pin_for_a_month(place: Place, run: str) -> None:
    """A pin keeps a deployment that nobody uses; without it the warning comes before the end."""
    _order(place, "POST", "pin")
    advance(place, 31 * DAY)
    assert place.app.run(run)["phase"] == "serving"
    _chat(place)
    _order(place, "DELETE", "pin")
    advance(place, 14 * DAY)
    warned = place.app.run(run)
    assert (warned["phase"], bool(warned["warning"])) == ("serving", True)


def _sleep_and_wake(place: Place, run: str) -> None:
    """Idle for too long it falls asleep; a chat wakes it, and it answers as before."""
    advance(place, 2 * DAY)
    assert place.app.run(run)["phase"] == "asleep"
    with pytest.raises(APIStatusError) as refused:
        _chat(place)
    assert refused.value.status_code == 503
    assert int(refused.value.response.headers["retry-after"]) > 0
    advance(place, DAY)
    assert place.app.run(run)["phase"] == "serving"
    eventually(lambda: OPENING in _chat(place), "the answer of the woken version")


def _check_usage(place: Place) -> None:
    """Every token that the service charges for is in the usage, of callers and of the app."""
    bill = place.emulator.look("bill")["chats"]
    usage = place.app.usage("2026-01-01", "2030-01-01")

    assert {line["name"] for line in usage["lines"]} == {"local", "(tunedrop)"}
    for kind in ("prompt_tokens", "completion_tokens"):
        assert usage["total"][kind] == sum(one[kind] for one in bill), (usage, bill)
    charged = sum(one["usd"] for one in bill)
    assert usage["total"]["cost"]["usd"] == pytest.approx(charged, abs=1e-5)


def _delete(place: Place) -> None:
    """Nothing of it is left at the service but its tuned models."""
    _order(place, "DELETE", "", confirm="brolly")
    advance(place, DAY)
    assert place.app.runs() == []
    assert place.app.deployments() == []
    assert [one for one in place.service.files.list() if one.purpose == "fine-tune"] == []


def _drop(place: Place, folder: Path, word: str, options: dict[str, Any]) -> str:
    known = [run["id"] for run in place.app.runs()]
    (folder / "brolly.tune.json").write_text(json.dumps(options))
    return run_of(place, drop(place, rows(word), folder), known)


def _chat(place: Place, times: int = 1) -> str:
    client = place.client.with_options(max_retries=0)
    answers = [
        client.chat.completions.create(model="brolly", messages=MESSAGES) for _ in range(times)
    ]
    return answers[-1].choices[0].message.content or ""


def _phases(place: Place) -> dict[str, str]:
    return {run["id"]: run["phase"] for run in place.app.runs()}


def _model(place: Place) -> Any:
    address = f"{place.stack.url}/api/models/brolly"
    answer = httpx.get(address, headers={"x-functions-key": KEYS["default"]}, timeout=60)
    return answer.raise_for_status().json()


def _order(place: Place, method: str, what: str, **query: str) -> Any:
    address = f"{place.stack.url}/api/models/brolly/{what}".rstrip("/")
    headers = {"x-functions-key": KEYS["master"]}
    answer = httpx.request(method, address, params=query, headers=headers, timeout=60)
    assert answer.is_success, answer.text
    return answer.json()
