"""What the worker keeps of HTTP requests, and for how long: less than the worker itself would.

Of Python 3.13 on, the worker is the library `azure-functions-runtime`. Its coordinator of HTTP
requests (measured with 1.3.0) keeps 2 kB of every request for ever, and an invocation whose caller
left before its request was forwarded waits for it without a limit: the host ends the whole worker
once that has taken `functionTimeout`. Here finished records are dropped, and such waits are ended.

All of this is private to the library, and Azure decides its version. Where it does not look as
expected, it is left alone.
"""

import asyncio
import logging
import os
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any

log = logging.getLogger("tunedrop.api")

EVERY = 5.0  # seconds between two rounds
#: Rounds for which a request is waited for. The host forwards one within milliseconds; rounds are
#: counted, not seconds, since a loop that was blocked had no chance to take it.
PATIENCE = 3
_MODULE = "azure_functions_runtime.http_v2"


class RequestRecords:
    """The coordinator's records of requests, by invocation id."""

    def __init__(self, records: MutableMapping[str, Any]) -> None:
        self._records = records
        #: The state of each record, and for how many rounds it has been in it.
        self._seen: dict[str, tuple[str, int]] = {}

    def clean(self) -> None:
        """Drop what is done with, and end waits that are too long; in the worker's event loop.

        Raises:
            AttributeError: if the records are not what they were in 1.3.0.
        """
        before, self._seen = self._seen, {}
        for id_, record in list(self._records.items()):
            state = _state(record)
            known, rounds = before.get(id_, (state, -1))
            rounds = rounds + 1 if known == state else 0
            # Who waits for a response takes it at once; after a round, nobody does.
            if state == "answered" and rounds:
                _release(self._records.pop(id_))
                continue
            self._seen[id_] = state, rounds
            if state == "without request" and rounds >= PATIENCE:
                # The wait ends with a ValueError, which fails the invocation and nothing else.
                record.http_request_available_event.set()

    def count_open(self) -> int:
        """The invocations that wait for their request or have not answered it yet."""
        return sum(_state(record) in _OPEN for record in list(self._records.values()))


def _release(record: Any) -> None:
    # The frames of a failure that nobody took hold the invocation until a full garbage collection.
    if isinstance(record.http_response, BaseException):
        record.http_response.__traceback__ = None


_OPEN = frozenset({"without request", "running"})


def _state(record: Any) -> str:
    """What a record waits for."""
    if record.http_response_available_event.is_set():
        return "answered"
    if record.http_request_available_event.is_set():
        return "running"
    return "without request"


def find_records() -> RequestRecords | None:
    """The records of this process; None where the worker is another one, as on a laptop."""
    coordinator = getattr(sys.modules.get(_MODULE), "http_coordinator", None)
    found = getattr(coordinator, "_context_references", None)
    return RequestRecords(found) if isinstance(found, dict) else None


class RequestWatch:
    """Counts this process's requests, and cleans the worker's records of them.

    Attributes:
        requests: The HTTP requests that have reached an endpoint since the start.
    """

    def __init__(self) -> None:
        self.requests = 0
        self._records: RequestRecords | None = None
        self._task: asyncio.Task[None] | None = None

    def count(self) -> None:
        """Count a request."""
        self.requests += 1
        self.start()

    def start(self) -> None:
        """Begin to clean, if the worker has such records and its loop runs; safe to repeat."""
        if self._task is not None or _MODULE not in sys.modules:
            return
        self._records = find_records()
        if self._records is not None:
            with suppress(RuntimeError):  # no loop runs yet
                self._task = asyncio.get_running_loop().create_task(self._clean(self._records))

    def count_open(self) -> int | None:
        """The open HTTP invocations; None where they are not known."""
        return self._records.count_open() if self._records else None

    async def _clean(self, records: RequestRecords) -> None:
        try:
            while True:
                await asyncio.sleep(EVERY)
                records.clean()
        except Exception:
            self._records = None
            log.exception("the worker's records of requests are left alone from now on")


#: That of this process.
watch = RequestWatch()


def memory_bytes() -> int | None:
    """The memory that this process has in use now; None where the platform does not say."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return None
