"""Waiting for a model that wakes: one check of the registry serves all callers who wait."""

import asyncio
from dataclasses import dataclass
from functools import lru_cache

from shared.chat.targets import targets
from shared.errors import AsleepError

POLL_EVERY = 1.0  # seconds between two checks of the registry, however many callers wait
_CHECKS = 3  # in a row that find no wake in progress; the first may come before the wake starts


@dataclass
class _Poll:
    task: "asyncio.Task[None]"
    waiters: int = 0


class WakeWaiter:
    """The models that callers wait for; for one event loop."""

    def __init__(self, every: float = POLL_EVERY) -> None:
        self._every = every
        self._polls: dict[str, _Poll] = {}

    async def wait(self, asked: str, seconds: float) -> bool:
        """Wait until a model answers; False if it does not within that time.

        Raises:
            AsleepError: if its wake failed, with the reason.
            NotFoundError, NotReadyError: if it is gone, or was replaced.
        """
        poll = self._polls.get(asked)
        if poll is None or poll.task.done():
            poll = self._polls[asked] = _Poll(asyncio.ensure_future(self._poll_registry(asked)))
        poll.waiters += 1
        try:
            await asyncio.wait((poll.task,), timeout=max(seconds, 0.0))
            if poll.task.done():
                poll.task.result()
                return True
            return False
        finally:
            poll.waiters -= 1
            if not poll.waiters:
                poll.task.cancel()

    async def _poll_registry(self, asked: str) -> None:
        checks = 0
        while True:
            try:
                await targets().get(asked)
                return
            except AsleepError as error:
                checks = 0 if error.waking else checks + 1
                if checks == _CHECKS:
                    raise
            await asyncio.sleep(self._every)


@lru_cache(maxsize=1)
def wake_waiter() -> WakeWaiter:
    """The waiter of this process."""
    return WakeWaiter()
