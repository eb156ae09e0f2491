"""Many runs, some at the same time, until all are done, time is up, or one fails."""

import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.simulation.drawing import draw_story
from tests.simulation.reporting import failure
from tests.simulation.run import Verdict, run
from tests.simulation.services import Services, services
from tests.simulation.shrinking import shrink
from tests.simulation.story import Story

RESTART_AFTER = 400  # runs after which storage and emulator are restarted: they keep all in memory
SHRINKING = 240.0  # seconds after which no smaller story is tried
AGAIN = 2  # tries of a smaller story: threads do not meet in the same way each time


@dataclass
class SweepResult:
    """What a sweep did.

    Attributes:
        failed: The text of the failure that ended it; empty if nothing failed.
    """

    runs: int = 0
    starts: int = 0
    seconds: float = 0.0
    failed: str = ""


def sweep(
    folder: Path,
    seed: int,
    runs: int,
    *,
    jobs: int = 1,
    seconds: float | None = None,
    report: Callable[[Verdict], None] = lambda _: None,
) -> SweepResult:
    """Perform the stories of the seeds `seed`, `seed + 1`, … .

    Args:
        folder: Takes files.
        seed: The first seed.
        runs: How many at the most.
        jobs: How many at the same time, each with a storage account and an emulator of its own.
        seconds: No run begins later than that, but for the first.
        report: Called with the verdict of each run.
    """
    began = time.monotonic()
    one = _Sweep(seed, runs, None if seconds is None else began + seconds, report)
    with ThreadPoolExecutor(jobs) as pool:
        try:
            for ended in [pool.submit(one.work, folder / str(job)) for job in range(jobs)]:
                ended.result()
        finally:
            one.stopped.set()  # whatever ends this ends the others, too, after the run they are in
    one.done.seconds = time.monotonic() - began
    return one.done


class _Sweep:
    """What the workers of a sweep share."""

    def __init__(
        self, seed: int, runs: int, until: float | None, report: Callable[[Verdict], None]
    ) -> None:
        self._seeds = itertools.count(seed)
        self._left = self._all = runs
        self._until = until
        self._report = report
        self._lock = threading.Lock()
        self.done = SweepResult()
        self.stopped = threading.Event()

    def work(self, folder: Path) -> None:
        """Perform one story after the other; an error here ends the others, too."""
        try:
            while self._run_batch(folder):
                pass
        except BaseException:
            self.stopped.set()
            raise

    def _run_batch(self, folder: Path) -> bool:
        """Perform stories until storage and emulator are to be renewed; False if none is left."""
        with services(folder) as here:
            for _ in range(RESTART_AFTER):
                seed = self._next_seed()
                if seed is None:
                    return False
                self._run_seed(here, seed)
        return True

    def _next_seed(self) -> int | None:
        with self._lock:
            begun = self._left < self._all
            late = begun and self._until is not None and time.monotonic() > self._until
            if late or not self._left or self.stopped.is_set():
                return None
            self._left -= 1
            return next(self._seeds)

    def _run_seed(self, here: Services, seed: int) -> None:
        verdict = run(here, draw_story(seed), seed)
        with self._lock:
            self._report(verdict)
            self.done.runs += 1
            self.done.starts += verdict.starts
            first = bool(verdict.complaints) and not self.stopped.is_set()
            if first:
                self.stopped.set()
        if first:
            self.done.failed = failure(seed, verdict, shrink_verdict(here, verdict))


def shrink_verdict(here: Services, verdict: Verdict) -> Verdict:
    """The verdict on the shortest story that fails for one of the same reasons."""
    reasons = {one.partition(":")[0] for one in verdict.complaints}
    found, until = verdict, time.monotonic() + SHRINKING

    def fails(story: Story) -> bool:
        nonlocal found
        for _ in range(AGAIN):
            if time.monotonic() > until:
                return False
            again = run(here, story, verdict.story.seed)
            if reasons & {one.partition(":")[0] for one in again.complaints}:
                found = again
                return True
        return False

    shrink(verdict.story, fails)
    return found
