"""Timer triggers in a running host under the virtual clock, with their records in Azurite."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from azure.storage.blob import BlobServiceClient

from tests.local.functions_host.running import APPS, RunningHost, host, until

pytestmark = pytest.mark.services

RECORD = "timers/tests/Host.Functions.daily/status"
DAY = 86400


@contextmanager
def _host(
    storage: str, state: Path, daily: str = "0 0 3 * * *", app: str = "timer"
) -> Iterator[RunningHost]:
    """The app with timers, its virtual clock paused."""
    flags = [
        *("--storage", storage, "--clock", "virtual", "--paused", "--setting", f"DAILY={daily}"),
        *("--setting", "CONTAINER=files", "--setting", f"Storage={storage}"),
        *("--setting", "AzureFunctionsWebHost__hostId=tests"),
    ]
    with host(APPS / app, state, *flags) as running:
        yield running


def _advance(running: RunningHost, seconds: float) -> None:
    with running.http("master") as http:
        http.post("/admin/host/clock", json={"advance": seconds}).raise_for_status()


def _now(running: RunningHost) -> datetime:
    with running.http("master") as http:
        return datetime.fromisoformat(http.get("/admin/host/clock").json()["now"])


def _daily(running: RunningHost) -> list[dict[str, Any]]:
    return [json.loads(line) for line in running.lines(" DAILY ")]


def _record(storage: str) -> dict[str, str]:
    with BlobServiceClient.from_connection_string(storage) as account:
        blob = account.get_blob_client("azure-webjobs-hosts", RECORD)
        found: dict[str, str] = json.loads(blob.download_blob().readall())
        return found


def test_days_pass_in_seconds(storage: str, tmp_path: Path) -> None:
    """Under the virtual clock a daily timer runs once for each day, on time, and keeps a record."""
    with _host(storage, tmp_path, "0 0 3 * * *") as running:
        until(lambda: _record_exists(storage))
        first = _record(storage)
        before = _now(running)
        _advance(running, 3 * DAY)
        after = _now(running)
        runs = _daily(running)

    assert first["Last"].startswith("0001-01-01")
    assert after - before >= timedelta(days=3)
    assert [run["past_due"] for run in runs] == [False] * 3
    nexts = [datetime.fromisoformat(run["status"]["Next"]) for run in runs]
    assert nexts[1] - nexts[0] == nexts[2] - nexts[1] == timedelta(days=1)
    record = _record(storage)
    last = datetime.fromisoformat(record["Last"])
    assert timedelta(0) <= last - nexts[2] < timedelta(seconds=5)
    assert datetime.fromisoformat(record["Next"]) == nexts[2] + timedelta(days=1)


def test_unmonitored_timer(storage: str, tmp_path: Path) -> None:
    """A timer without monitor runs on schedule and knows no status."""
    with _host(storage, tmp_path, app="background") as running:
        _advance(running, 35)
        seen = [json.loads(line) for line in running.lines(" OFTEN ")]

    assert 3 <= len(seen) <= 4
    assert seen[0] == {"past_due": False, "status": {}}


def test_missed_while_down(storage: str, tmp_path: Path) -> None:
    """Runs missed while the host was down are made up for by one, at once, that is past due."""
    with _host(storage, tmp_path) as running:
        _advance(running, DAY)
    clock = tmp_path / "clock"
    clock.write_text(str(float(clock.read_text()) + 3 * DAY))

    with _host(storage, tmp_path) as running:
        until(lambda: len(_daily(running)) == 2)
        runs = _daily(running)

    assert [run["past_due"] for run in runs] == [False, True]


def test_changed_schedule_catches_nothing_up(storage: str, tmp_path: Path) -> None:
    """With another schedule than last time, what it would have missed is not made up for."""
    with _host(storage, tmp_path) as running:
        _advance(running, DAY)
    clock = tmp_path / "clock"
    clock.write_text(str(float(clock.read_text()) + 3 * DAY))

    with _host(storage, tmp_path, "0 30 4 * * *") as running:
        until(lambda: "04:30:00" in _record(storage)["Next"])
        runs = _daily(running)
        now = _now(running)

    assert len(runs) == 1
    assert datetime.fromisoformat(_record(storage)["Next"]) > now


def _record_exists(storage: str) -> bool:
    with BlobServiceClient.from_connection_string(storage) as account:
        return bool(account.get_blob_client("azure-webjobs-hosts", RECORD).exists())
