"""Waking above the month's budget: everybody who asks learns what it waits for."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from azure.data.tables import TableServiceClient

from shared.registry import Model, Run
from shared.registry.parts import Dataset, Training
from shared.registry.state import Phase
from shared.registry.table import TABLE, Registry
from tests.api.conftest import BEARER, FUNCTION_KEY, MASTER_KEY
from tests.api.endpoints.test_wake import BASE_MODEL
from tests.journeys.place import place
from tests.journeys.steps import eventually
from tests.runs import at
from tests.services import Emulator, Storage

pytestmark = pytest.mark.services

RUN = "poor-0123456789"
OLD = "poor-aaaaaaaaaa"
CHAT = {"model": "poor", "messages": [{"role": "user", "content": "hi"}]}


@pytest.fixture
def http(
    emulator_server: Emulator, azurite_server: Storage, tmp_path: Path
) -> Iterator[httpx.Client]:
    """An app that may spend a cent a month, with a model that is asleep in two versions."""
    storage = azurite_server.fresh()
    with (
        TableServiceClient.from_connection_string(storage) as tables,
        place(
            "local", emulator_server, storage, tmp_path, settings={"BUDGET_MONTH": "0.01"}
        ) as running,
        httpx.Client(base_url=f"{running.stack.url}/api/", timeout=60) as client,
    ):
        rows = Registry(tables.create_table_if_not_exists(TABLE))
        for run, phase in ((RUN, Phase.ASLEEP), (OLD, Phase.SUPERSEDED)):
            rows.insert(
                Run(
                    model="poor",
                    id=run,
                    phase=phase,
                    created=at(f"2026-11-0{1 + (run == RUN)}T00:00:00.000Z"),
                    training=Training(base_model=BASE_MODEL, tuned_model=BASE_MODEL),
                    dataset=Dataset(blob="poor.jsonl", etag="0x1"),
                )
            )
        rows.put_model(None, Model(model="poor", active=RUN, previous=OLD))
        yield client


def test_waking_above_the_budget_waits_for_approval(http: httpx.Client) -> None:
    """Chat, endpoint and run say so; an approval lets it serve, giving up lets it sleep."""
    asked = http.post("v1/chat/completions", json=CHAT, headers=BEARER)
    held = http.post("v1/chat/completions", json={**CHAT, "wait": True}, headers=BEARER)
    woken = http.post("models/poor/wake", headers=MASTER_KEY)

    for answer in (asked, held):
        error = answer.json()["error"]
        assert (answer.status_code, error["code"]) == (503, "approval_needed")
        assert f"POST runs/{RUN}/approve" in error["message"]
        assert "$" not in error["message"]
        assert int(answer.headers["retry-after"]) == 600
    assert woken.status_code == 202
    assert _run(http)["phase"] == "deploying"
    for text in (woken.json()["waiting"], _run(http)["waiting"]):
        assert "above BUDGET_MONTH of $0.01" in text
        assert f"POST runs/{RUN}/approve" in text

    assert http.post(f"runs/{RUN}/cancel", headers=MASTER_KEY).status_code == 202
    eventually(lambda: _run(http)["phase"] == "asleep", "the end of the waking")

    assert http.post("models/poor/wake", headers=MASTER_KEY).status_code == 202
    assert http.post(f"runs/{RUN}/approve", headers=MASTER_KEY).status_code == 202
    eventually(lambda: _run(http)["phase"] == "serving", "the woken model")
    answers = http.post("v1/chat/completions", json=CHAT, headers=BEARER)
    assert answers.status_code == 200


def test_rollback_above_the_budget_says_what_it_waits_for(http: httpx.Client) -> None:
    """The request stays, and is carried out when the waking is approved."""
    asked = http.post("models/poor/rollback", headers=MASTER_KEY)

    assert asked.status_code == 202
    assert f"POST runs/{OLD}/approve" in asked.json()["message"]
    assert (asked.json()["active"], asked.json()["wanted"]) == (RUN, OLD)
    http.post(f"runs/{OLD}/approve", headers=MASTER_KEY).raise_for_status()
    eventually(lambda: _model(http)["active"] == OLD, "the rollback")


def _run(http: httpx.Client) -> dict[str, str]:
    found: dict[str, str] = http.get(f"runs/{RUN}", headers=FUNCTION_KEY).json()
    return found


def _model(http: httpx.Client) -> dict[str, str]:
    found: dict[str, str] = http.get("models/poor", headers=FUNCTION_KEY).json()
    return found
