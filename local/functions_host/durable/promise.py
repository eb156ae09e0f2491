"""The smallest thing that can be waited for within one replay; no loop, no threads."""

from collections.abc import Callable


class Promise:
    """Settled at most once; its listeners are called then, in order."""

    __slots__ = ("_listeners", "done", "failed")

    def __init__(self, *, done: bool = False) -> None:
        self.done = done
        self.failed = False
        self._listeners: list[Callable[[Promise], None]] = []

    def settle(self, *, failed: bool = False) -> None:
        """Mark as done; a second time changes nothing."""
        if self.done:
            return
        self.done, self.failed = True, failed
        listeners, self._listeners = self._listeners, []
        for listener in listeners:
            listener(self)

    def then(self, listener: Callable[["Promise"], None]) -> None:
        """Call `listener` when this is settled: at once if it is already."""
        if self.done:
            listener(self)
        else:
            self._listeners.append(listener)


def any_of(parts: list[Promise]) -> Promise:
    """Settled with the first of `parts`."""
    whole = Promise()
    for part in parts:
        part.then(lambda first: whole.settle(failed=first.failed))
    return whole


def all_of(parts: list[Promise]) -> Promise:
    """Settled when all of `parts` are; failed if one of them failed."""
    whole = Promise(done=not parts)
    left = len(parts)

    def count(_: Promise) -> None:
        nonlocal left
        left -= 1
        if not left:
            whole.settle(failed=any(part.failed for part in parts))

    for part in parts:
        part.then(count)
    return whole
