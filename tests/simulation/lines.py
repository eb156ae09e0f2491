"""Chats that hold the line while their model wakes; the story goes on meanwhile."""

import threading
import time
from collections.abc import Callable

import httpx

from tests.simulation.host import HostDown

HEADERS = {"x-tunedrop-wait": "true"}
TRIES = 3  # of a caller whose line broke
_BEGUN = 3.0  # seconds that a call gets to reach the host, while time stands still


class StillHeldError(Exception):
    """A line was held for longer than a host may hold one."""


class Lines:
    """The lines that are held.

    Attributes:
        errors: What a caller met that no caller should.
    """

    def __init__(self) -> None:
        self._threads: list[threading.Thread] = []
        self.errors: list[str] = []

    def hold(self, call: Callable[[], None], arrived: Callable[[], bool]) -> None:
        """Make a call that may last, and go on once it has arrived, or is over.

        Args:
            call: Asks, and notes the answer.
            arrived: Whether the call has had an effect.
        """
        thread = threading.Thread(target=self._guarded, args=(call,), daemon=True)
        self._threads.append(thread)
        thread.start()
        until = time.monotonic() + _BEGUN
        while thread.is_alive() and not arrived() and time.monotonic() < until:
            time.sleep(0.02)

    def end(self) -> bool:
        """Wait until every line has ended; False if there was none."""
        held, self._threads = self._threads, []
        for thread in held:
            thread.join()
        return bool(held)

    def _guarded(self, call: Callable[[], None]) -> None:
        try:
            call()
        except Exception as error:  # noqa: BLE001  a thread's error would be lost
            self.errors.append(f"a chat that held the line failed: {error!r}")


def answered(ask: Callable[[], httpx.Response]) -> httpx.Response:
    """The answer.

    Raises:
        StillHeldError: It did not come in time; the host has a limit for that and is alive.
        HostDown: As `ask`.
    """
    try:
        return ask()
    except HostDown as down:
        if isinstance(down.__cause__, httpx.ReadTimeout):
            raise StillHeldError("the line was held beyond every limit") from down
        raise
