"""What an orchestrator asks for, started step by step as the replay goes on.

The SDK gives all actions since the start, without ids. Like the extension, this awaits the
top-level ones one after another and begins the parts of a compound together; ids are counted as
activities, children and timers are started. Retries are made here: the SDK only mirrors them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from local.functions_host.durable.actions import Action, ActionKind, Answer
from local.functions_host.durable.events import Kind
from local.functions_host.durable.stamps import add_milliseconds

Check = Callable[[Action], str | None]
"""Says why a function cannot be had, or None."""

_SUBS = (ActionKind.CallSubOrchestrator, ActionKind.CallSubOrchestratorWithRetry)


class Unavailable(Exception):  # noqa: N818 - a finding about the app, not a fault of the host
    """The code asks for what cannot be had."""


class Promise:
    """What can be waited for within one replay, without a loop.

    Settled at most once; its listeners are called then, in order.
    """

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


@dataclass(slots=True)
class Task:
    """Something with an id: an activity, a sub-orchestration or a timer."""

    kind: Kind
    number: int
    name: str = ""
    input: str | None = None
    instance: str | None = None
    fire_at: str = ""
    promise: Promise = field(default_factory=Promise)


class Script:
    """The actions of one answer.

    Attributes:
        now: The time stamp of the episode that is being replayed.
        number: The next id.
        new: What was asked for and is not in the history yet, by id.
        open: What has not ended yet, by id.
        again: The action of continue-as-new, once it is reached.
        finished: Whether all actions have been awaited and the code is done.
    """

    def __init__(self, answer: Answer, check: Check) -> None:
        self.now = ""
        self.number = 0
        self.new: dict[int, Task] = {}
        self.open: dict[int, Task] = {}
        self.again: Action | None = None
        self.finished = False
        self._answer = answer
        self._check = check
        self._position = 0
        self._waits: dict[str, list[Promise]] = {}
        self._early: dict[str, int] = {}

    def advance(self, _: Promise | None = None) -> None:
        """Begin actions until one has to be waited for.

        Raises:
            Unavailable: A function cannot be had.
        """
        actions = self._answer.actions
        while self._position < len(actions):
            action = actions[self._position]
            self._position += 1
            promise = self._begin(action)
            if not promise.done:
                promise.then(self.advance)
                return
        self.finished = self._answer.done

    def settle(self, number: int, *, failed: bool) -> None:
        """An activity, a child or a timer has ended; one that is not open is ignored."""
        task = self.open.pop(number, None)
        if task is not None:
            task.promise.settle(failed=failed)

    def raise_event(self, name: str) -> None:
        """An external event: it ends one wait, or is kept for the next one. Names ignore case.

        The last wait of a name has it, since a race that others won has left its wait behind.
        """
        if waits := self._waits.get(name.lower()):
            waits.pop().settle()
        else:
            self._early[name.lower()] = self._early.get(name.lower(), 0) + 1

    def _begin(self, action: Action) -> Promise:
        match action.kind:
            case ActionKind.WhenAny:
                return any_of([self._begin(part) for part in action.parts])
            case ActionKind.WhenAll:
                return all_of([self._begin(part) for part in action.parts])
            case ActionKind.WaitForExternalEvent:
                return self._wait(action.name.lower())
            case ActionKind.CreateTimer:
                return self._begin_timer(action.fire_at, cancelled=action.cancelled)
            case ActionKind.ContinueAsNew:
                self.again = action
                return Promise(done=True)
        if (refusal := self._check(action)) is not None:
            raise Unavailable(refusal)
        if action.retry is not None:
            return self._begin_retry(action, action.retry.attempts)
        return self._begin_function(action)

    def _wait(self, name: str) -> Promise:
        if self._early.get(name):
            self._early[name] -= 1
            return Promise(done=True)
        promise = Promise()
        self._waits.setdefault(name, []).append(promise)
        return promise

    def _begin_function(self, action: Action) -> Promise:
        sub = action.kind in _SUBS
        kind = Kind.SubOrchestrationInstanceCreated if sub else Kind.TaskScheduled
        task = Task(kind, self._take(), action.name, action.input, action.instance)
        return self._schedule(task)

    def _begin_timer(self, fire_at: str, *, cancelled: bool = False) -> Promise:
        task = Task(Kind.TimerCreated, self._take(), fire_at=fire_at)
        promise = self._schedule(task)
        if cancelled:
            # At once, even where the history says that it was open for long; so does the extension.
            self.settle(task.number, failed=False)
        return promise

    def _begin_retry(self, action: Action, attempts: int) -> Promise:
        whole = Promise()

        def attempt(left: int) -> None:
            self._begin_function(action).then(lambda task: on_end(task, left - 1))

        def on_end(task: Promise, left: int) -> None:
            if not task.failed:
                whole.settle()
                return
            # After the last failure, one more timer that is due at once: the SDK counts it too.
            interval = action.retry.interval if action.retry and left else 0
            timer = self._begin_timer(add_milliseconds(self.now, interval))
            timer.then(lambda _: attempt(left) if left else whole.settle(failed=True))

        attempt(attempts)
        return whole

    def _take(self) -> int:
        number = self.number
        self.number += 1
        return number

    def _schedule(self, task: Task) -> Promise:
        self.new[task.number] = task
        self.open[task.number] = task
        return task.promise
