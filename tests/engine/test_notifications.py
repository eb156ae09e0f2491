"""Notifications on the real engine: started by a run that has ended, and delivered all the same."""

import json
from pathlib import Path

import pytest

from tests.api.conftest import SECRET
from tests.journeys.place import place
from tests.listener import Listener
from tests.services import Emulator

pytestmark = pytest.mark.services


def test_rejection_is_notified(emulator: Emulator, storage: str, tmp_path: Path) -> None:
    """The receiver is down at first; the run is over long before the notification is accepted."""
    listener = Listener(refusals=2)
    settings = {"NOTIFY_URL": listener.url, "NOTIFY_SECRET": SECRET, "NOTIFY_FIRST": "0.5s"}
    bad = tmp_path / "bad.jsonl"
    bad.write_text("no JSON\n")
    try:
        with place("engine", emulator, storage, tmp_path, settings=settings) as here:
            here.app.drop(bad)
            listener.wait_for(3)
            phases = [run["phase"] for run in here.app.runs()]
    finally:
        listener.close()

    assert phases == ["rejected"]
    assert json.loads(listener.deliveries[-1][0])["type"] == "run.rejected"
    assert len({headers["webhook-id"] for _, headers in listener.deliveries}) == 1
