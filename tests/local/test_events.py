"""Events on their whole way: from the service to a run, and from a run to a receiver."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from openai import OpenAI

from local.azure.settings import DEFAULT_WEBHOOK_SECRET
from local.processes import free_port
from tests import dataset
from tests.api.conftest import SECRET
from tests.journeys.place import Place, place
from tests.listener import Listener
from tests.services import Storage, emulator

pytestmark = pytest.mark.services

PATIENCE = 60.0


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A receiver that is down at first."""
    found = Listener(refusals=2)
    yield found
    found.close()


@pytest.fixture
def here(azurite_server: Storage, listener: Listener, tmp_path: Path) -> Iterator[Place]:
    """An app that polls only once an hour, with webhooks from the service and to a receiver."""
    port = free_port()
    webhook = f"http://127.0.0.1:{port}/api/webhooks/openai"
    settings = {
        "POLL_FIRST": "1h",
        "POLL_MAX": "2h",
        "WEBHOOK_SECRET": DEFAULT_WEBHOOK_SECRET,
        "NOTIFY_URL": listener.url,
        "NOTIFY_SECRET": SECRET,
        "NOTIFY_FIRST": "0.2s",
    }
    rules = ("--transitions", "file=immediate,job=seconds:2", "--control", "--webhook", webhook)
    with ExitStack() as parts:
        service = parts.enter_context(emulator(*rules))
        yield parts.enter_context(
            place("local", service, azurite_server.fresh(), tmp_path, settings=settings, port=port)
        )


def test_events_in_and_out(here: Place, listener: Listener, tmp_path: Path) -> None:
    """A job's event continues its run an hour early; a rejection is sent until it is accepted."""
    bad = tmp_path / "bad.jsonl"
    bad.write_text("no JSON\n")
    here.app.drop(bad)
    here.app.drop(dataset.write(tmp_path))
    listener.wait_for(3)

    body, headers = listener.deliveries[-1]
    with OpenAI(api_key="x") as client:
        client.webhooks.verify_signature(body, headers, secret=SECRET)
    event = json.loads(body)
    assert event["type"] == "run.rejected"
    assert event["data"]["model"] == "bad"
    assert "Line 1" in event["data"]["message"]
    assert len({one["webhook-id"] for _, one in listener.deliveries}) == 1
    assert _phase(here, "brolly", "deploying")
    assert SECRET not in here.log()


def _phase(here: Place, model: str, wanted: str) -> bool:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if wanted in [run["phase"] for run in here.app.runs() if run["model"] == model]:
            return True
        time.sleep(0.2)
    raise AssertionError(here.app.runs())
