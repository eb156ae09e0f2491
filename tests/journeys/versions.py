"""From version to version: a gate that fails, promotion on request, rollback."""

import json
from pathlib import Path
from typing import Any

import httpx

from tests.journeys.main_job import MESSAGES, WORD
from tests.journeys.place import KEYS, Place
from tests.journeys.steps import (
    drop,
    drop_and_serve,
    eventually,
    rows,
    run_of,
    wait_for_end,
    write_eval_file,
)

NEVER = "score>=1.01"  # no score is above 1


def fail_gate_promote_roll_back(place: Place, folder: Path) -> None:
    """A version that fails its gate is kept; a person promotes it, and rolls back again."""
    first = drop_and_serve(place, rows(), folder)
    options = {"evaluation": {"gate": NEVER, "graders": ["similarity", "judge"]}}
    (folder / "brolly.tune.json").write_text(json.dumps(options))
    write_eval_file(folder)

    second = run_of(place, drop(place, rows(WORD), folder), before=[first["id"]])
    kept = wait_for_end(place, second, "superseded")

    assert kept["error"]["code"] == "gate_failed"
    assert NEVER in kept["error"]["message"]
    assert kept["evaluation"]["gate"]["verdict"] == "failed"
    assert WORD not in _answer(place, "brolly")
    assert WORD in _answer(place, second)
    _check_report(place, second)

    promoted = _post(place, f"promote?run={second}")
    assert (promoted["active"], promoted["previous"]) == (second, first["id"])
    eventually(lambda: WORD in _answer(place, "brolly"), "the answer of the promoted version")

    back = _post(place, "rollback")
    assert (back["active"], back["previous"]) == (first["id"], second)
    eventually(lambda: WORD not in _answer(place, "brolly"), "the answer of the older version")
    assert _post(place, "rollback")["active"] == first["id"]
    phases = {one["run"]: one["phase"] for one in _model(place)["lineage"]}
    assert phases == {first["id"]: "serving", second: "superseded"}


def _check_report(place: Place, run: str) -> None:
    """The report has both answers with their scores, the judge's words, and what it means."""
    found = place.app.report(run)["evaluation"]
    assert found["summary"]["graded"] == len(found["pairs"]) == 5
    assert "win rate" in found["summary"]["text"]
    for pair in found["pairs"]:
        assert pair["base"]["scores"].keys() == {"similarity", "judge"}
        assert sorted(pair["judged"]["order"]) == ["base", "tuned"]


def _answer(place: Place, model: str) -> str:
    chat = place.client.chat.completions.create(model=model, messages=MESSAGES)
    return chat.choices[0].message.content or ""


def _post(place: Place, what: str) -> Any:
    address = f"{place.stack.url}/api/models/brolly/{what}"
    answer = httpx.post(address, headers={"x-functions-key": KEYS["master"]}, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _model(place: Place) -> Any:
    address = f"{place.stack.url}/api/models/brolly"
    answer = httpx.get(address, headers={"x-functions-key": KEYS["default"]}, timeout=30)
    return answer.raise_for_status().json()


JOURNEYS = (fail_gate_promote_roll_back,)
