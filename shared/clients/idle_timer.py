"""A limit on waiting for the next of many pieces."""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self


class IdleTimer:
    """Ends a wait when nothing has happened for some time. For waits of one task after another.

    `asyncio.timeout` sets and cancels a timer of the event loop for each wait. Here one timer lasts
    for all the waits for the pieces of a stream: only when it fires does it look at when the last
    piece came.

        with timer:
            piece = await read()
        timer.restart()
    """

    def __init__(self, seconds: float, error: Callable[[], Exception] = TimeoutError) -> None:
        """Start the time, in the running event loop; call `stop` at the end.

        Args:
            seconds: From the start, or from the last `restart`, until a wait ends.
            error: Makes the exception that ends it.
        """
        self._loop = asyncio.get_running_loop()
        self._seconds = seconds
        self._error = error
        self._deadline = self._loop.time() + seconds
        self._handle: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[object] | None = None
        self._cancelling = 0
        self._expired = False

    def restart(self) -> None:
        """Something has happened: the time starts again."""
        self._deadline = self._loop.time() + self._seconds

    def stop(self) -> None:
        """End the timer. Calling it again does nothing."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def __enter__(self) -> Self:
        """Let the current task wait, until the time is over."""
        self._task = asyncio.current_task()
        if self._task is not None:
            self._cancelling = self._task.cancelling()
        if self._handle is None:
            self._handle = self._loop.call_at(self._deadline, self._check)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the wait.

        Raises what `error` makes if the time was over before; it starts again.
        """
        task, self._task = self._task, None
        if not self._expired or task is None:
            return
        self._expired = False
        self.restart()
        # As asyncio.timeout does: a cancellation from elsewhere at the same time goes on.
        if task.uncancel() <= self._cancelling and kind is asyncio.CancelledError:
            raise self._error() from error

    def _check(self) -> None:
        self._handle = None
        if self._task is None:
            return  # the next wait sets the timer
        if self._loop.time() < self._deadline:
            self._handle = self._loop.call_at(self._deadline, self._check)
            return
        self._expired = True
        self._task.cancel()
