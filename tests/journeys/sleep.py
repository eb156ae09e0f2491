"""Sleep, waking and the end of a model."""

from pathlib import Path

import httpx

from tests.dataset import OPENING
from tests.journeys.main_job import MESSAGES
from tests.journeys.place import CLIENT_KEY, KEYS, Place
from tests.journeys.steps import drop, drop_and_serve, eventually, rows, run_of, wait_for_end


def lose_wake_delete(place: Place, folder: Path) -> None:
    """A model whose deployment went by itself is woken by a chat that waits; then it is deleted."""
    run = drop_and_serve(place, rows(), folder)["id"]
    _delete_by_hand(place, run)

    waited = _chat(place, wait=True)
    streamed = _chat(place, wait=True, stream=True)

    assert waited.status_code == 200, waited.text
    assert OPENING in waited.json()["choices"][0]["message"]["content"]
    assert streamed.text.rstrip().endswith("data: [DONE]")
    woken = place.app.run(run)
    assert (woken["phase"], woken["attempt"]) == ("serving", 2)
    assert [line.get("note") for line in woken["timeline"]][-3:] == [
        "the deployment is gone; tunedrop did not delete it",
        "woken: a chat asked for brolly",
        "woken",
    ]

    assert _delete(place).status_code == 202
    eventually(lambda: _delete(place).status_code == 200, "the end of the deletion")

    state = place.emulator.look("state")
    assert [one["name"] for one in state["deployments"]] == ["gpt-4.1-mini"]
    assert state["files"] == []
    assert place.app.runs() == []
    assert _delete(place).json()["kept"]["tuned_models"] == [woken["training"]["tuned_model"]]
    again = run_of(place, drop(place, rows(), folder))
    wait_for_end(place, again, "serving")
    assert len(list(place.service.fine_tuning.jobs.list())) == 2


def _chat(place: Place, **body: object) -> httpx.Response:
    return httpx.post(
        f"{place.stack.url}/api/v1/chat/completions",
        json={"model": "brolly", "messages": MESSAGES, **body},
        headers={"authorization": f"Bearer {CLIENT_KEY}"},
        timeout=120.0,
    )


def _delete(place: Place) -> httpx.Response:
    return httpx.delete(
        f"{place.stack.url}/api/models/brolly",
        params={"confirm": "brolly"},
        headers={"x-functions-key": KEYS["master"]},
        timeout=60.0,
    )


def _delete_by_hand(place: Place, deployment: str) -> None:
    group = "subscriptions/s/resourceGroups/local/providers/Microsoft.CognitiveServices"
    httpx.delete(
        f"{place.emulator.url}/{group}/accounts/local/deployments/{deployment}",
        params={"api-version": "2025-06-01"},
        headers={"authorization": "Bearer emulator-key"},
    ).raise_for_status()


JOURNEYS = (lose_wake_delete,)
