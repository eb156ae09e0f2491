"""Time for the local host: real, or virtual and jumping from one due time to the next.

Under the virtual clock a wait of fifteen days takes milliseconds: when nothing is at work, time
jumps to the earliest time that somebody waits for. Whoever works says so with `busy()`; whoever
waits registers a function that names its next due time with `add_next_due()`. A short grace of
real time before each jump lets in what is still on its way over HTTP.

The jump is written to the clock file, one float in text: the seconds to add to real UTC. The app
and the emulator read the same file, so that all processes agree on the time.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

NextDue = Callable[[], datetime | None]

GRACE = 0.02
"""Seconds of real time without any work before the virtual clock jumps."""

_TURNS = 25  # of the event loop before a jump; from a wake-up to busy() it takes about five
_QUIET = 1.0  # seconds between looks at the providers while nothing stirs and nothing is due


class Clock(Protocol):
    """What the parts of the host may ask of time. Not thread-safe: for the event loop only."""

    def now(self) -> datetime:
        """The current time, aware, in UTC."""

    def busy(self) -> AbstractContextManager[None]:
        """Hold the clock while something is at work: a virtual clock does not jump meanwhile."""

    def add_next_due(self, provider: NextDue) -> None:
        """Register who waits; `provider` returns the earliest one, or None."""

    async def sleep_until(self, due: datetime | None, wake: asyncio.Event | None = None) -> None:
        """Return when `due` has come or `wake` is set; `None` as `due` waits for `wake` only."""

    async def run(self) -> None:
        """Make time pass until cancelled. The host runs this once, as a task."""


class RealClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """The current time, aware, in UTC."""
        return datetime.now(UTC)

    def busy(self) -> AbstractContextManager[None]:
        """Nothing to hold: real time goes on by itself."""
        return nullcontext()

    def add_next_due(self, provider: NextDue) -> None:
        """Nothing to register: real time goes on by itself."""

    async def sleep_until(self, due: datetime | None, wake: asyncio.Event | None = None) -> None:
        """Return when `due` has come or `wake` is set."""
        while not _is_set(wake) and (due is None or self.now() < due):
            await _wait_for_first(
                [wake], None if due is None else (due - self.now()).total_seconds()
            )

    async def run(self) -> None:
        """Wait to be cancelled."""
        await asyncio.Event().wait()


class VirtualClock:
    """Time that jumps to the next due time whenever nothing is at work.

    Args:
        path: The clock file. An offset found there is kept, so a restarted host does not go back.
        grace: Seconds of real time without work before a jump.
    """

    def __init__(self, path: Path, grace: float = GRACE) -> None:
        self._path = path
        self._grace = grace
        self._offset = timedelta(seconds=_read(path))
        self._providers: list[NextDue] = []
        self._working = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._idle_since = time.monotonic()
        self._stirred = asyncio.Event()
        self._jumped = asyncio.Event()

    def now(self) -> datetime:
        """The current virtual time: real UTC plus all jumps so far."""
        return datetime.now(UTC) + self._offset

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Hold the clock: no jump before the block has ended."""
        self._working += 1
        self._idle.clear()
        self._stirred.set()
        try:
            yield
        finally:
            self._working -= 1
            if not self._working:
                self._idle_since = time.monotonic()
                self._idle.set()

    def add_next_due(self, provider: NextDue) -> None:
        """Register who waits; asked before every jump."""
        self._providers.append(provider)

    def jump(self, to: datetime) -> None:
        """Move time forward to `to` and wake all sleepers; a time in the past changes nothing."""
        ahead = to - self.now()
        if ahead <= timedelta(0):
            return
        self._offset += ahead
        _write(self._path, self._offset.total_seconds())
        self._jumped.set()
        self._jumped = asyncio.Event()

    async def sleep_until(self, due: datetime | None, wake: asyncio.Event | None = None) -> None:
        """Return when `due` has come, by real time or by a jump, or when `wake` is set."""
        while not _is_set(wake) and (due is None or self.now() < due):
            left = None if due is None else (due - self.now()).total_seconds()
            await _wait_for_first([wake, self._jumped], left)

    async def run(self) -> None:
        """Jump whenever nothing has worked for the grace and somebody waits, until cancelled."""
        while True:
            await self._idle.wait()
            rest = self._idle_since + self._grace - time.monotonic()
            if rest > 0:
                await asyncio.sleep(rest)
                continue
            if not await self._has_settled():
                continue
            due = self._earliest()
            if due is None:
                self._stirred.clear()
                await _wait_for_first([self._stirred], _QUIET)
            else:
                self.jump(due)
                # Who waited for this time gets the grace, too, to begin to work.
                self._idle_since = time.monotonic()

    async def _has_settled(self) -> bool:
        """Whether nothing begins to work although everything that is ready gets its turn.

        The grace alone is not enough: on a machine that stands still for longer than that, it is
        over before those whom the last jump woke have had a turn of the loop.
        """
        since = self._idle_since
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        return self._idle.is_set() and since == self._idle_since

    def _earliest(self) -> datetime | None:
        dues = [due for provider in self._providers if (due := provider()) is not None]
        return min(dues, default=None)


def _is_set(event: asyncio.Event | None) -> bool:
    return event is not None and event.is_set()


async def _wait_for_first(events: list[asyncio.Event | None], within: float | None) -> None:
    waits = [asyncio.ensure_future(event.wait()) for event in events if event is not None]
    try:
        if waits:
            await asyncio.wait(waits, timeout=within, return_when=asyncio.FIRST_COMPLETED)
        else:
            await asyncio.sleep(within or 0)
    finally:
        for wait in waits:
            wait.cancel()


def _read(path: Path) -> float:
    try:
        return float(path.read_text() or 0)
    except FileNotFoundError:
        return 0.0


def _write(path: Path, seconds: float) -> None:
    # Written aside and renamed: a reader in another process never sees half a number.
    aside = path.with_name(path.name + ".new")
    aside.write_text(repr(seconds))
    aside.replace(path)
