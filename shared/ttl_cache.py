"""A cache of lookups, so that callers do not each read a table for the same."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from shared import clock

TTL = timedelta(seconds=3)
MAX_KEYS = 256  # far more than one resource can serve models

Value = TypeVar("Value")


class TtlCache(Generic[Value]):
    """Looks values up in a thread and keeps them for `TTL`; for one event loop.

    Its time is the app's clock (`shared.clock`), which may be moved, also backwards.
    """

    def __init__(self, find: Callable[[str], Value]) -> None:
        self._find = find
        self._entries: dict[str, tuple[datetime, asyncio.Future[Value]]] = {}

    async def get(self, key: str = "") -> Value:
        """What `find` returned for a key, at most `TTL` ago. Raises what it raised."""
        now = clock.now()
        since, found = self._entries.get(key, (None, None))
        if since is None or found is None or not timedelta(0) <= now - since < TTL:
            found = asyncio.ensure_future(asyncio.to_thread(self._find, key))
            self._store(key, now, found)
        if found.done() and not found.exception():
            return found.result()
        # Callers share one lookup; one that is cancelled must not end it for the others.
        try:
            return await asyncio.shield(found)
        except Exception:
            self.forget(key)
            raise

    def forget(self, key: str) -> None:
        """Look the key up again the next time."""
        self._entries.pop(key, None)

    def _store(self, key: str, now: datetime, found: "asyncio.Future[Value]") -> None:
        if len(self._entries) >= MAX_KEYS:
            self._entries.clear()
        self._entries[key] = (now, found)
