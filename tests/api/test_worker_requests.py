"""The worker's records of requests: what is dropped, what is ended, and what is left alone.

The library itself serves in `tests/engine/test_memory.py`.
"""

import asyncio
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from api.worker_requests import PATIENCE, RequestRecords, RequestWatch, find_records, memory_bytes

MODULE = "azure_functions_runtime.http_v2"


class Record:
    """A record as the library has it."""

    def __init__(self, *, request: bool = False, response: bool = False) -> None:
        self.http_request_available_event = asyncio.Event()
        self.http_response_available_event = asyncio.Event()
        self.http_response: object = None
        if request:
            self.http_request_available_event.set()
        if response:
            self.http_response = "response"
            self.http_response_available_event.set()


def test_a_finished_request_leaves_nothing() -> None:
    """A record goes in the round after the one that found it answered."""
    record = Record(request=True, response=True)
    record.http_response = None
    table: dict[str, Any] = {"a": record}
    records = RequestRecords(table)

    records.clean()
    kept = dict(table)
    records.clean()

    assert kept == {"a": record}
    assert table == {}


def test_a_response_that_nobody_takes_is_dropped() -> None:
    """A caller that left does not take its response; the record goes after a round as well."""
    table: dict[str, Any] = {"a": Record(request=True, response=True)}
    records = RequestRecords(table)

    records.clean()
    assert table
    records.clean()

    assert table == {}


def test_a_wait_for_a_request_ends() -> None:
    """An invocation whose request does not come in time is let go on, and then fails."""
    record = Record()
    records = RequestRecords({"a": record})

    for _ in range(PATIENCE):
        records.clean()
    before = record.http_request_available_event.is_set()
    records.clean()

    assert (before, record.http_request_available_event.is_set()) == (False, True)


def test_work_is_left_alone() -> None:
    """A function may take as long as it wants; it counts as open."""
    records = RequestRecords(table := {"a": Record(request=True), "b": Record()})

    for _ in range(PATIENCE):
        records.clean()
    record = table["a"]

    assert records.count_open() == 2
    assert not record.http_response_available_event.is_set()


def test_a_worker_of_another_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the library, or with a coordinator that keeps something else, nothing is touched."""
    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    without = find_records()
    coordinator = SimpleNamespace(_context_references=[1])
    monkeypatch.setitem(sys.modules, MODULE, SimpleNamespace(http_coordinator=coordinator))

    assert (without, find_records()) == (None, None)


async def test_records_of_another_version(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Records with other attributes end the cleaning with one line in the log, and nothing else."""
    coordinator = SimpleNamespace(_context_references={"a": object()})
    monkeypatch.setitem(sys.modules, MODULE, SimpleNamespace(http_coordinator=coordinator))
    monkeypatch.setattr("api.worker_requests.EVERY", 0)
    watch = RequestWatch()

    watch.count()
    for _ in range(3):
        await asyncio.sleep(0)
        watch.count()

    assert (watch.requests, watch.count_open()) == (4, None)
    assert [record.message for record in caplog.records] == [
        "the worker's records of requests are left alone from now on"
    ]


def test_memory_is_that_of_this_process() -> None:
    """The figure is in bytes, where the platform has one."""
    memory = memory_bytes()

    assert memory is None or 10e6 < memory < 100e9
