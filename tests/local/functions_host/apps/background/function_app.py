"""Blob and timer functions that write what they see into the log."""

import json
import logging
import os
import time
from pathlib import Path

import azure.functions as func
import azurefunctions.extensions.bindings.blob as blob

app = func.FunctionApp()
log = logging.getLogger("app")


def _say(mark: str, **seen: object) -> None:
    log.info("%s %s", mark, json.dumps(seen))


def _status(timer: func.TimerRequest) -> object:
    return getattr(timer, "schedule_status")  # noqa: B009 - not in the SDK's types


@app.blob_trigger(arg_name="data", path="inbox/{name}.txt", connection="AzureWebJobsStorage")
def on_text(data: func.InputStream) -> None:
    """Contents through the host."""
    metadata = getattr(data, "metadata")  # noqa: B009 - not in the SDK's types
    content = data.read().decode()
    while content == "slow" and not Path(os.environ["SLOW_UNTIL"]).exists():
        time.sleep(0.05)
    _say(
        "TEXT",
        name=data.name,
        length=data.length,
        uri=data.uri,
        content=content,
        metadata=metadata,
    )
    if content == "bad":
        raise ValueError("bad text")


@app.blob_trigger(arg_name="data", path="%CONTAINER%/{folder}/{file}", connection="Storage")
async def on_reference(data: blob.BlobClient) -> None:
    """An SDK type: a client, no contents."""
    _say("REFERENCE", container=data.container_name, blob=data.blob_name)


@app.blob_trigger(
    arg_name="data",
    path="events/{name}",
    connection="AzureWebJobsStorage",
    source=func.BlobSource.EVENT_GRID,
)
def on_event(data: func.InputStream) -> None:
    """Started by Event Grid only."""
    _say("EVENT", name=data.name, content=data.read().decode())


@app.timer_trigger(arg_name="timer", schedule="%DAILY%")
def daily(timer: func.TimerRequest) -> None:
    """A monitored timer."""
    _say("DAILY", past_due=timer.past_due, status=_status(timer))


@app.timer_trigger(arg_name="timer", schedule="*/10 * * * * *", use_monitor=False)
async def often(timer: func.TimerRequest) -> None:
    """A timer that fires often."""
    _say("OFTEN", past_due=timer.past_due, status=_status(timer))
