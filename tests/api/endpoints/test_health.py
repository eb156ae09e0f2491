"""An app that is set up wrongly, or otherwise than by default."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from azure.core.exceptions import ResourceExistsError
from azure.data.tables import TableServiceClient
from azure.storage.blob import BlobServiceClient

from shared.deployments.daily_round import TABLE, DailyRounds
from tests.api.conftest import BEARER, FUNCTION_KEY, Here
from tests.journeys.place import KEYS, Place, place
from tests.journeys.steps import daily_round, eventually
from tests.services import Emulator

WRONG = {"POLL_MAX": "soon", "CLIENT_KEYS": "s3cret"}
LONG_AGO = datetime(2026, 1, 1, 3, tzinfo=UTC)
EVENT_GRID = {"DATASETS_SOURCE": "EventGrid"}


@pytest.fixture
def app(
    request: pytest.FixtureRequest, emulator: Emulator, storage: str, tmp_path: Path
) -> Iterator[Place]:
    """The app with the settings that the test is parametrised with."""
    with place("local", emulator, storage, tmp_path, settings=request.param) as running:
        yield running


@pytest.mark.parametrize("app", [WRONG], indirect=True)
def test_wrong_settings_are_named(app: Place) -> None:
    """Health names every invalid setting to those with a key, others learn that there is one."""
    details = httpx.get(f"{app.stack.url}/api/health/details", headers=FUNCTION_KEY, timeout=60)
    health = httpx.get(f"{app.stack.url}/api/health", timeout=60)
    runs = httpx.get(f"{app.stack.url}/api/deployments", headers=FUNCTION_KEY, timeout=60)
    models = httpx.get(f"{app.stack.url}/api/v1/models", headers=BEARER, timeout=60)

    assert (health.status_code, health.json()) == (503, {"ok": False})
    assert details.status_code == 503
    assert {fault["setting"] for fault in details.json()["faults"]} == WRONG.keys()
    assert models.status_code == 500
    assert models.json()["error"]["code"] == "setting"
    assert not [name for name in WRONG if name in models.text]
    assert "health/details" in models.text
    assert "s3cret" not in health.text + details.text + models.text + runs.text + app.log()


@pytest.mark.parametrize("app", [{"CLIENT_KEYS": ""}], indirect=True)
def test_without_client_keys_nobody_chats(app: Place) -> None:
    """An app without client keys refuses every chat and says which setting is missing."""
    answer = httpx.get(f"{app.stack.url}/api/v1/models", headers=BEARER, timeout=60)

    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "client_keys_unset"
    assert "CLIENT_KEYS" in answer.json()["error"]["message"]


@pytest.mark.parametrize("app", [EVENT_GRID], indirect=True)
def test_events_of_other_blobs_start_nothing(app: Place, storage: str) -> None:
    """Event Grid checks no path: companions and other containers come too, and start nothing."""
    _create(app, storage, "datasets/a.validation.jsonl")
    _create(app, storage, "elsewhere/a.jsonl")

    _log_lines(app, "a.validation.jsonl is a companion")
    _log_lines(app, "elsewhere/a.jsonl is outside of datasets")
    assert app.app.runs() == []


@pytest.mark.parametrize("app", [EVENT_GRID], indirect=True)
def test_a_repeated_event_is_one_run(app: Place, storage: str) -> None:
    """An event that is delivered twice, or at the same time, makes one run."""
    _create(app, storage, "datasets/tiny.jsonl")
    _event(app, "datasets/tiny.jsonl")

    _log_lines(app, "blob on_dataset", 2)
    assert [run["dataset"] for run in app.app.runs()] == ["tiny.jsonl"]


@pytest.mark.parametrize("app", [{}], indirect=True)
def test_the_daily_round_begins(app: Place) -> None:
    """The timer starts the round over idle deployments, which ends well where there are none."""
    daily_round(app)

    _log_lines(app, "retire: started")
    _complete(app, "retire")


@pytest.mark.parametrize("app", [{}], indirect=True)
def test_health_details_say_when_the_round_ran(app: Place) -> None:
    """Before the first round it is due in a day; after one there is when it started and ended."""
    first = _details(app)
    daily_round(app)

    after = eventually(lambda: _ended(app), "the end of the round")

    assert (first.get("ended"), first["overdue"]) == (None, False)
    assert first["due"] < after["due"]
    assert after["started"] <= after["ended"] < after["due"]
    _log_lines(app, "the last round ended: never")


@pytest.mark.parametrize("app", [{}], indirect=True)
def test_health_details_begin_an_overdue_round(app: Place, storage: str) -> None:
    """A timer that stopped is noticed by the next call, and only one round begins."""
    with _rounds(storage) as rounds:
        rounds.record_start(LONG_AGO, due=LONG_AGO)

        seen = [_details(app), _details(app)]

    after = eventually(lambda: _ended(app), "the end of the round")
    assert [one["overdue"] for one in seen] == [True, False]
    assert after["overdue"] is False
    assert app.log().count("a health call begins it") == 1


@pytest.mark.parametrize("app", [EVENT_GRID], indirect=True)
def test_a_drop_begins_an_overdue_round(app: Place, storage: str) -> None:
    """Whatever comes next begins the round, also a blob that starts no run."""
    with _rounds(storage) as rounds:
        rounds.record_start(LONG_AGO, due=LONG_AGO)

        _create(app, storage, "datasets/a.validation.jsonl")

    _log_lines(app, "the drop of a.validation.jsonl begins it")
    eventually(lambda: _ended(app), "the end of the round")


@pytest.mark.parametrize("app", [WRONG], indirect=True)
def test_health_details_without_settings(app: Place) -> None:
    """Wrong settings are named here as well; what storage would say is absent."""
    answer = httpx.get(f"{app.stack.url}/api/health/details", headers=FUNCTION_KEY, timeout=60)

    assert answer.status_code == 503
    assert {fault["setting"] for fault in answer.json()["faults"]} == WRONG.keys()
    assert "daily_round" not in answer.json()


def _details(app: Place) -> Any:
    answer = httpx.get(f"{app.stack.url}/api/health/details", headers=FUNCTION_KEY, timeout=60)
    assert answer.status_code == 200, answer.text
    return answer.json()["daily_round"]


def _ended(app: Place) -> Any:
    found = _details(app)
    return found if found.get("ended") else None


@contextmanager
def _rounds(storage: str) -> Iterator[DailyRounds]:
    with TableServiceClient.from_connection_string(storage) as service:
        yield DailyRounds(service.create_table_if_not_exists(TABLE))


def _complete(app: Place, instance: str) -> None:
    until = time.monotonic() + 20
    url = f"{app.stack.url}/runtime/webhooks/durabletask/instances/{instance}"
    while (status := httpx.get(url, params={"code": KEYS["master"]}, timeout=60).json()) and (
        status["runtimeStatus"] != "Completed"
    ):
        assert time.monotonic() < until, status
        time.sleep(0.05)


def _create(app: Place, storage: str, path: str) -> None:
    """Make a blob, and send the event of it."""
    container, _, blob = path.partition("/")
    with BlobServiceClient.from_connection_string(storage) as service:
        with suppress(ResourceExistsError):
            service.create_container(container)
        service.get_blob_client(container, blob).upload_blob(b"{}\n")
    _event(app, path)


def _event(app: Place, path: str) -> None:
    container, _, blob = path.partition("/")
    event = {
        "id": path,
        "eventType": "Microsoft.Storage.BlobCreated",
        "subject": f"/blobServices/default/containers/{container}/blobs/{blob}",
        "eventTime": "2026-11-01T00:00:00Z",
        "dataVersion": "",
        "data": {
            "url": f"https://a.blob.core.windows.net/{path}",
            "eTag": "0x1",
            "blobType": "BlockBlob",
        },
    }
    answer = httpx.post(
        f"{app.stack.url}/runtime/webhooks/blobs",
        params={"functionName": "Host.Functions.on_dataset", "code": KEYS["master"]},
        headers={"aeg-event-type": "Notification"},
        json=[event],
        timeout=60,
    )
    assert answer.status_code == 202, answer.text


def _log_lines(app: Place, text: str, times: int = 1) -> None:
    until = time.monotonic() + 20
    while app.log().count(text) < times:
        assert time.monotonic() < until, app.log()
        time.sleep(0.05)


def test_details_need_a_key(here: Here) -> None:
    """With a function key, health also has the figures of the process that answers."""
    refused = here.http.get("health/details")
    answer = here.http.get("health/details", headers=FUNCTION_KEY)

    process = answer.json()["process"]
    assert (refused.status_code, answer.status_code) == (401, 200)
    assert process["requests"] >= 1
    assert process["memory_mb"] > 10
    assert "open_invocations" not in process  # this host runs functions without Microsoft's worker
