"""`python -m tests.simulation --seed N --runs K`: random runs with crashes, judged one by one."""

import argparse
import secrets
import signal
import sys
import tempfile
from pathlib import Path

from tests.simulation.reporting import failure, summary
from tests.simulation.run import Verdict, run
from tests.simulation.services import services
from tests.simulation.story import Story
from tests.simulation.sweep import sweep


def main() -> int:
    """Run what was asked for; 1 if an invariant did not hold."""
    given = _parser().parse_args()
    # Delivery to stop, it stops what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="tunedrop-simulation-") as folder:
        if given.story:
            return _repeat(Path(folder), Story.from_json(given.story))
        seed = secrets.randbelow(10**9) if given.seed is None else given.seed
        done = sweep(
            Path(folder),
            seed,
            given.runs,
            jobs=given.jobs,
            seconds=given.seconds,
            report=_print_progress,
        )
    print(flush=True)
    print(done.failed or summary(done.runs, done.seconds, done.starts, seed))
    return 1 if done.failed else 0


def _repeat(folder: Path, story: Story) -> int:
    with services(folder) as here:
        verdict = run(here, story)
    if verdict.complaints:
        print(failure(story.seed, verdict, verdict))
        return 1
    print(f"Every invariant held.\n{verdict.left}")
    return 0


def _print_progress(verdict: Verdict) -> None:
    print("F" if verdict.complaints else ".", end="", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    add = parser.add_argument
    add("--seed", type=int, help="of the first run, the next has the next number; default: any")
    add("--runs", type=int, default=100, help="how many (default 100)")
    add("--jobs", type=int, default=1, help="how many at the same time (default 1)")
    add("--seconds", type=float, help="begin no run later than that")
    add("--story", metavar="JSON", help="perform this one story, as a failure prints it")
    return parser


if __name__ == "__main__":
    sys.exit(main())
