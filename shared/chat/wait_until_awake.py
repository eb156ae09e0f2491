"""Holding the line: callers wait together until a model that wakes answers."""

import asyncio
from dataclasses import dataclass
from functools import lru_cache

from shared.chat.targets import targets
from shared.errors import AsleepError

EVERY = 1.0  # seconds between two looks at the registry, however many wait
_LOOKS = 3  # in a row that see no waking: one may have begun before it did


@dataclass
class _Watch:
    task: "asyncio.Task[None]"
    waiters: int = 0


class Waiting:
    """The models that somebody waits for; for one event loop."""

    def __init__(self, every: float = EVERY) -> None:
        self._every = every
        self._watches: dict[str, _Watch] = {}

    async def awake(self, asked: str, seconds: float) -> bool:
        """Wait until a model answers; False if it does not within that time.

        Raises:
            AsleepError: if its waking ended without that, with the reason.
            NotFoundError, NotReadyError: if it is gone, or was replaced.
        """
        watch = self._watches.get(asked)
        if watch is None or watch.task.done():
            watch = self._watches[asked] = _Watch(asyncio.ensure_future(self._watch(asked)))
        watch.waiters += 1
        try:
            await asyncio.wait((watch.task,), timeout=max(seconds, 0.0))
            if watch.task.done():
                watch.task.result()
                return True
            return False
        finally:
            watch.waiters -= 1
            if not watch.waiters:
                watch.task.cancel()

    async def _watch(self, asked: str) -> None:
        looks = 0
        while True:
            try:
                await targets().get(asked)
                return
            except AsleepError as error:
                looks = 0 if error.waking else looks + 1
                if looks == _LOOKS:
                    raise
            await asyncio.sleep(self._every)


@lru_cache(maxsize=1)
def waiting() -> Waiting:
    """The waiting of this process."""
    return Waiting()
