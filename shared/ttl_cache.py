"""What was looked up a moment ago, kept so that callers do not each read a table for it."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from shared import clock

AGE = timedelta(seconds=3)
MOST = 256  # keys; far more than one resource can serve models

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Looks things up in a thread and keeps them for a while; for one event loop."""

    def __init__(self, find: Callable[[str], Value]) -> None:
        self._find = find
        self._kept: dict[str, tuple[datetime, asyncio.Future[Value]]] = {}

    async def get(self, key: str = "") -> Value:
        """What `find` found for a key, at most `AGE` ago. Raises what it raised."""
        now = clock.now()
        since, found = self._kept.get(key, (None, None))
        if since is None or found is None or not timedelta(0) <= now - since < AGE:
            found = asyncio.ensure_future(asyncio.to_thread(self._find, key))
            self._keep(key, now, found)
        if found.done() and not found.exception():
            return found.result()
        # Callers share one look; one that leaves must not end it for the others.
        try:
            return await asyncio.shield(found)
        except Exception:
            self.forget(key)
            raise

    def forget(self, key: str) -> None:
        """Look anew the next time."""
        self._kept.pop(key, None)

    def _keep(self, key: str, now: datetime, found: "asyncio.Future[Value]") -> None:
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept[key] = (now, found)
