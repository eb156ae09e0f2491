"""Races, made certain: the host holds the one at a point, and the other comes in between."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.journeys.main_job import MESSAGES
from tests.journeys.place import CLIENT_KEY, KEYS, Place, place
from tests.journeys.steps import (
    daily_round,
    drop,
    drop_and_serve,
    eventually,
    rows,
    run_of,
    wait_for_end,
)
from tests.services import Emulator

pytestmark = pytest.mark.services

#: A round retires whatever it looks at, and nobody takes over a deletion from who began it.
SETTINGS = {"IDLE_AFTER": "0s", "IDLE_WARNING": "0s", "CLAIM_AGE": "60s"}
Gate = Callable[[str], Any]
_METRIC = {
    "id": "m",
    "type": "Microsoft.Insights/metrics",
    "name": {"value": "AzureOpenAIRequests", "localizedValue": "Requests"},
    "unit": "Count",
    "timeseries": [],
    "errorCode": "Success",
}
#: Monitor knows of no request. It counts by the hour, so what was just used would stay for one.
NO_USE = {
    "path": "*/Microsoft.Insights/metrics",
    "status": 200,
    "times": 0,
    "body": {"cost": 0, "timespan": "a/b", "interval": "PT1H", "value": [_METRIC]},
}


@pytest.fixture
def race(emulator: Emulator, storage: str, tmp_path: Path) -> Callable[..., Any]:
    """Starts the app with points at which it is held, by name."""

    @contextmanager
    def start(**points: dict[str, Any]) -> Iterator[tuple[Place, Gate]]:
        holds = [{"file": str(tmp_path / name), **point} for name, point in points.items()]
        settings = {**SETTINGS, "LOCAL_HOST_FAULTS": json.dumps({"hold": holds})}

        @contextmanager
        def hold_at(name: str) -> Iterator[None]:
            gate = tmp_path / name
            eventually(Path(f"{gate}.reached").exists, f"the point {name}")
            try:
                yield
            finally:
                Path(f"{gate}.go").touch()

        with place("local", emulator, storage, tmp_path, settings=settings) as here:
            yield here, hold_at

    return start


def test_cancel_at_every_last_point(race: Callable[..., Any], tmp_path: Path) -> None:
    """Cancelling counts until the name is switched; a job that ends first is no error."""
    with race(
        validating={"at": "activity:validate_dataset:after"},
        promoting={"at": "activity:promote_version:before"},
        switched={"at": "activity:promote_version:after", "skip": 1},
        finishing={"at": "request:POST:*/fine_tuning/jobs/*/cancel:before"},
    ) as (here, hold_at):
        validating = run_of(here, drop(here, rows(), tmp_path, name="validating"))
        with hold_at("validating"):
            assert here.app.run(validating)["phase"] == "validating"
            assert _post(here, f"runs/{validating}/cancel") == 202
        wait_for_end(here, validating, "cancelled")

        promoting = run_of(here, drop(here, rows(), tmp_path, name="promoting"))
        with hold_at("promoting"):
            assert _post(here, f"runs/{promoting}/cancel") == 202
        wait_for_end(here, promoting, "cancelled")

        switched = run_of(here, drop(here, rows(), tmp_path, name="switched"))
        with hold_at("switched"):
            assert _post(here, f"runs/{switched}/cancel") == 409
        wait_for_end(here, switched, "serving")

        here.emulator.control("transitions", {"job": "reads:60"})
        finishing = run_of(here, drop(here, rows(), tmp_path, name="finishing"))
        job = eventually(
            lambda: here.app.run(finishing)["training"].get("job"), "the job of the last run"
        )
        assert _post(here, f"runs/{finishing}/cancel") == 202
        with hold_at("finishing"):
            eventually(lambda: _ends(here, job), "the end of the job")
        ended = wait_for_end(here, finishing, "cancelled")

    assert ended["training"]["job_status"] == "succeeded"
    assert _deployment_names(here) == [switched]


def test_chat_against_retire_and_deletion_against_waking(
    race: Callable[..., Any], tmp_path: Path
) -> None:
    """A chat between mark and deletion wakes the model after it; deletion beats a waking."""
    with race(
        retiring={"at": "request:DELETE:*/deployments/*:before"},
        waking={"at": "request:PUT:*/deployments/*:after", "skip": 2},
    ) as (here, hold_at):
        run = drop_and_serve(here, rows(), tmp_path)["id"]
        here.emulator.control("faults", NO_USE)
        daily_round(here)
        with hold_at("retiring"):
            first, second = _chat(here), _chat(here)
            eventually(lambda: _waits_or_serves(here, run), "a waking that waits")
        wait_for_end(here, run, "serving")
        assert _chat(here, wait=True).status_code == 200
        assert [one.status_code for one in (first, second)] == [503, 503]
        assert (_calls(here, "PUT", run), _calls(here, "DELETE", run)) == (2, 1)

        daily_round(here)
        eventually(
            lambda: here.app.run(run)["phase"] == "asleep" and not _deployment_names(here),
            "the sleep",
        )
        assert _post(here, "models/brolly/wake") == 202
        with hold_at("waking"):
            assert _delete(here) == 202
            assert _post(here, "models/brolly/wake") == 409
        eventually(lambda: _delete(here) == 200, "the end of the deletion")

    assert _deployment_names(here) == []
    assert here.emulator.look("state")["files"] == []


def _post(here: Place, path: str) -> int:
    answer = httpx.post(
        f"{here.stack.url}/api/{path}",
        headers={"x-functions-key": KEYS["master"]},
        timeout=60.0,
    )
    return answer.status_code


def _delete(here: Place) -> int:
    return httpx.delete(
        f"{here.stack.url}/api/models/brolly",
        params={"confirm": "brolly"},
        headers={"x-functions-key": KEYS["master"]},
        timeout=60.0,
    ).status_code


def _chat(here: Place, **body: object) -> httpx.Response:
    return httpx.post(
        f"{here.stack.url}/api/v1/chat/completions",
        json={"model": "brolly", "messages": MESSAGES, **body},
        headers={"authorization": f"Bearer {CLIENT_KEY}"},
        timeout=120.0,
    )


def _waits_or_serves(here: Place, run: str) -> bool:
    found = here.app.run(run)
    # Serving: on a slow machine the point was let go before this was looked at.
    return "deleted first" in str(found.get("waiting")) or found["phase"] == "serving"


def _ends(here: Place, job: str) -> bool:
    return here.service.fine_tuning.jobs.retrieve(job).status == "succeeded"


def _deployment_names(here: Place) -> list[str]:
    names = [one["name"] for one in here.emulator.look("state")["deployments"]]
    return [name for name in names if name != "gpt-4.1-mini"]


def _calls(here: Place, method: str, run: str) -> int:
    requests = here.emulator.look("requests")["requests"]
    return len([r for r in requests if r["method"] == method and r["path"].endswith(run)])
