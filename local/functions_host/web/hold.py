"""How long one HTTP call keeps virtual time from jumping."""

import asyncio
from contextlib import ExitStack
from types import TracebackType

from local.functions_host.clock import Clock

LIMIT = 5.0
"""Seconds of real time. A call may itself wait for a durable run; that must not stop time."""


class Hold:
    """Holds the clock while a call is at work, but no longer than LIMIT."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._stack = ExitStack()
        self._end: asyncio.TimerHandle | None = None

    def __enter__(self) -> None:
        self._stack.enter_context(self._clock.busy())
        self._end = asyncio.get_running_loop().call_later(LIMIT, self._stack.close)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._end:
            self._end.cancel()
        self._stack.close()
