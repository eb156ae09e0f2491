"""Many runs, one after the other, until all are done, time is up, or one fails."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.simulation.drawing import drawn
from tests.simulation.run import Verdict, run
from tests.simulation.showing import failure
from tests.simulation.shrinking import shortest
from tests.simulation.stage import Services, services
from tests.simulation.story import Story

RENEWED = 400  # runs after which storage and emulator are started anew: they keep all in memory
SHRINKING = 240.0  # seconds after which no smaller story is tried
AGAIN = 2  # tries of a smaller story: threads do not meet in the same way each time


@dataclass
class Sweep:
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
    seconds: float | None = None,
    told: Callable[[Verdict], None] = lambda _: None,
) -> Sweep:
    """Perform the stories of the seeds `seed`, `seed + 1`, … .

    Args:
        folder: Takes files.
        seed: The first seed.
        runs: How many at the most.
        seconds: No run begins later than that.
        told: Hears of each run.
    """
    done, began = Sweep(), time.monotonic()
    with ExitStack() as stack:
        while done.runs < runs and not done.failed:
            if seconds is not None and time.monotonic() - began > seconds:
                break
            if done.runs % RENEWED == 0:
                stack.close()
                here = stack.enter_context(services(folder))
            _one(here, seed + done.runs, done, told)
    done.seconds = time.monotonic() - began
    return done


def _one(here: Services, seed: int, done: Sweep, told: Callable[[Verdict], None]) -> None:
    verdict = run(here, drawn(seed), seed)
    told(verdict)
    done.runs += 1
    done.starts += verdict.starts
    if verdict.complaints:
        done.failed = failure(seed, verdict, shrunk(here, verdict))


def shrunk(here: Services, verdict: Verdict) -> Verdict:
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

    shortest(verdict.story, fails)
    return found
