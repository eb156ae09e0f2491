"""Journeys as in Azure: datasets come by Event Grid, with idle days that pass.

They share one host, so each has models of its own. Time is a file that the app and the emulator
read: durable timers stay on real time, while registry, metrics and deployments live in the days
that the file says. Time goes on in the last journey only.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from azure.storage.blob import BlobClient
from openai import APIStatusError

from local.drop import DATASETS
from tests.journeys.main_job import MESSAGES, ask
from tests.journeys.place import KEYS, Place, place
from tests.journeys.service import jobs_of, list_deployments, list_uploads
from tests.journeys.steps import daily_round, drop, eventually, in_phase, rows, run_of, wait_for_end
from tests.services import emulator

MASTER = {"x-functions-key": KEYS["master"]}
HOOK = "runtime/webhooks/blobs?functionName=Host.Functions.on_dataset"
FILES = 100  # that one resource can have


@contextmanager
def production(host: str, storage: str, folder: Path) -> Iterator[Place]:
    """The app on that host with the Event Grid source, and a clock that `days_later` moves."""
    clock = folder / "clock"
    settings = {"DATASETS_SOURCE": "EventGrid", "CLOCK_FILE": str(clock)}
    flags = ("--control", "--transitions", "immediate", "--clock", str(clock))
    with emulator(*flags) as service, place(host, service, storage, folder, settings=settings) as p:
        yield p


# Events


def one_run_for_many_events(here: Place, folder: Path) -> None:
    """Three events for one blob at the same time, and one more later, are one run and one job."""
    blob = drop(here, rows("Once!"), folder, "once")

    with ThreadPoolExecutor(3) as pool:
        codes = list(pool.map(lambda _: announce(here, blob), range(3)))
    run = wait_for_end(here, run_of(here, blob), "serving")["id"]
    codes.append(announce(here, blob))
    eventually(
        lambda: _count_handled_events(here, run) == len(codes), "what the app says of each event"
    )

    assert codes == [202] * 4
    assert [one["id"] for one in here.app.runs() if one["dataset"] == blob] == [run]
    assert jobs_of(here, run) == ["succeeded"]


def _count_handled_events(here: Place, run: str) -> int:
    """How many events the app has dealt with, whatever it made of them."""
    said = (f"is run {run}.", f"same bytes as run {run},")
    return sum(here.log().count(words) for words in said)


def announce(here: Place, blob: str) -> int:
    """Send the event that a storage account sends for a blob; the status of the answer."""
    with BlobClient.from_connection_string(here.stack.storage, DATASETS, blob) as client:
        facts, url = client.get_blob_properties(), client.url
    event = {
        "eventType": "Microsoft.Storage.BlobCreated",
        "subject": f"/blobServices/default/containers/{DATASETS}/blobs/{blob}",
        "data": {
            "api": "PutBlob",
            "url": url,
            "eTag": facts.etag,
            "blobType": "BlockBlob",
            "contentType": "application/octet-stream",
            "contentLength": facts.size,
        },
    }
    headers = {"aeg-event-type": "Notification", **MASTER}
    return httpx.post(f"{here.stack.url}/{HOOK}", json=[event], headers=headers).status_code


def drop_and_announce(here: Place, folder: Path, name: str) -> str:
    """Drop a dataset and announce it; the id of its run."""
    blob = drop(here, rows(f"Said {name}."), folder, name)
    assert announce(here, blob) == 202
    return run_of(here, blob)


# Cancelling


def cancel_in_each_phase(here: Place, folder: Path) -> None:
    """Whatever a run is at, cancelling ends it there, and nothing of it goes on at the service."""
    runs = {phase: _hold_run(here, folder, phase) for phase in _HOLDS}

    codes = [_cancel(here, run) for run in runs.values()]
    for run in runs.values():
        wait_for_end(here, run, "cancelled")
    again = _cancel(here, runs["queued"])
    _let_go(here)

    assert codes == [202] * len(runs)
    assert again == 409
    ended = {phase: status for phase, run in runs.items() for status in jobs_of(here, run)}
    assert ended == {"evaluating": "succeeded", "deploying": "succeeded", "training": "cancelled"}
    assert {one["run"] for one in here.app.deployments()}.isdisjoint(runs.values())
    assert list_deployments(here).isdisjoint(runs.values())


def _hold_run(here: Place, folder: Path, phase: str) -> str:
    """The id of a run that has come to that phase and stays there."""
    _HOLDS[phase](here)
    run = drop_and_announce(here, folder, phase)
    eventually(lambda: in_phase(here.app, run, phase), f"{phase}, which is held")
    # A phase is shown before its request is sent, and what follows may need what that one makes.
    if phase == "uploading":
        eventually(lambda: f"{run}.jsonl" in list_uploads(here), "the file")
    if phase == "training":
        eventually(lambda: jobs_of(here, run), "the job")
    return run


def _hold_evaluation(here: Place) -> None:
    # The first chat with a deployment only asks whether it answers.
    refused = {"path": "*/chat/completions", "status": 429, "skip": 1, "times": 0}
    here.emulator.control("faults", refused)


def _hold(kind: str) -> Callable[[Place], None]:
    return lambda here: here.emulator.control("transitions", {kind: "seconds:600"})


def _fill(here: Place) -> None:
    for _ in range(FILES - len(here.service.files.list(purpose="fine-tune").data)):
        here.service.files.create(file=(_FILLER, b"{}\n"), purpose="fine-tune")


def _let_go(here: Place) -> None:
    here.emulator.clear_faults()
    here.emulator.control("transitions", {"all": "immediate"})
    for file in here.service.files.list():
        if file.filename == _FILLER:
            here.service.files.delete(file.id)


# The latest phase first, since what holds a phase holds all that comes after it.
_HOLDS: Mapping[str, Callable[[Place], None]] = {
    "evaluating": _hold_evaluation,
    # Deployed, but without an answer: one whose creation is under way would hold all others up.
    "deploying": _hold("ready"),
    "training": _hold("job"),
    "uploading": _hold("file"),
    "queued": _fill,
}
_FILLER = "filler.jsonl"


def _cancel(here: Place, run: str) -> int:
    address = f"{here.stack.url}/api/runs/{run}/cancel"
    return httpx.post(address, headers=MASTER, timeout=60).status_code


# Idle


def idle_sleep_and_wake(here: Place, folder: Path) -> None:
    """A model that nobody asks is warned of, then put to sleep, and serves again once it is asked.

    Its job is paid for once in all that time.
    """
    run = wait_for_end(here, drop_and_announce(here, folder, "idle"), "serving")["id"]

    _days_later(here, 14)
    eventually(lambda: here.app.run(run).get("warning"), "the warning")
    awake = here.app.run(run)["phase"]
    _days_later(here, 2)
    asleep = eventually(lambda: in_phase(here.app, run, "asleep"), "sleep")
    eventually(lambda: run not in list_deployments(here), "the end of its deployment")
    refused = _refusal(here, "idle")
    eventually(lambda: in_phase(here.app, run, "serving"), "the woken model")

    assert awake == "serving"
    assert asleep["training"]["tuned_model"]
    assert refused.status_code == 503
    assert "Said idle." in ask(here.client, "idle")
    assert jobs_of(here, run) == ["succeeded"]


def _refusal(here: Place, model: str) -> APIStatusError:
    client = here.client.with_options(max_retries=0)
    with pytest.raises(APIStatusError) as caught:
        client.chat.completions.create(model=model, messages=MESSAGES)
    return caught.value


def _days_later(here: Place, days: int) -> None:
    """Let days pass, then run the daily round by hand: its schedule is on real time."""
    here.emulator.control("clock", {"advance": timedelta(days=days).total_seconds()})
    daily_round(here)


JOURNEYS = (one_run_for_many_events, cancel_in_each_phase, idle_sleep_and_wake)
