"""Chats that wait while their model wakes; the story goes on meanwhile."""

import threading
import time
from collections.abc import Callable

import httpx

from tests.simulation.host import HostDown

HEADERS = {"x-tunedrop-wait": "true"}
TRIES = 3  # of a caller whose line broke
_ARRIVAL = 3.0  # seconds that a call gets to reach the host, while time stands still


class WaitTooLongError(Exception):
    """A chat waited for longer than a host may let it."""


class WaitingChats:
    """The chats that wait.

    Attributes:
        errors: What a caller met that no caller should.
    """

    def __init__(self) -> None:
        self._threads: list[threading.Thread] = []
        self.errors: list[str] = []

    def start(self, call: Callable[[], None], arrived: Callable[[], bool]) -> None:
        """Make a call that may last, and go on once it has arrived, or is over.

        Args:
            call: Asks, and records the answer.
            arrived: Whether the call has had an effect.
        """
        thread = threading.Thread(target=self._run, args=(call,), daemon=True)
        self._threads.append(thread)
        thread.start()
        until = time.monotonic() + _ARRIVAL
        while thread.is_alive() and not arrived() and time.monotonic() < until:
            time.sleep(0.02)

    def join(self) -> bool:
        """Wait until every chat has ended; False if there was none."""
        held, self._threads = self._threads, []
        for thread in held:
            thread.join()
        return bool(held)

    def _run(self, call: Callable[[], None]) -> None:
        try:
            call()
        except Exception as error:  # noqa: BLE001  a thread's error would be lost
            self.errors.append(f"a chat that waited failed: {error!r}")


def ask_within_limit(ask: Callable[[], httpx.Response]) -> httpx.Response:
    """The answer.

    Raises:
        WaitTooLongError: It did not come in time; the host has a limit for that and is alive.
        HostDown: As `ask`.
    """
    try:
        return ask()
    except HostDown as down:
        if isinstance(down.__cause__, httpx.ReadTimeout):
            raise WaitTooLongError("the chat waited beyond every limit") from down
        raise
