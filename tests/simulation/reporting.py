"""What is printed: progress, and a failure with its seed and its shortest story."""

from tests.simulation.run import Verdict
from tests.simulation.story import Story

LOG_LINES = 60


def failure(seed: int, first: Verdict, shortest: Verdict) -> str:
    """A failed run, for people: how to repeat it, the story, what is wrong, what is left."""
    log = shortest.log.splitlines()
    return "\n".join(
        [
            f"FAILED: seed {seed}",
            *(f"  {one}" for one in first.complaints),
            "Repeat it:",
            f"  python -m tests.simulation --seed {seed} --runs 1",
            "The shortest story that fails:",
            *describe(shortest.story),
            "What does not hold then:",
            *(f"  {one}" for one in shortest.complaints),
            "What it left:",
            shortest.left,
            f"The last lines of the host's log ({len(log)} in all):",
            *(f"  {line}" for line in log[-LOG_LINES:]),
            "Repeat the shortest one:",
            f"  python -m tests.simulation --story '{shortest.story.to_json()}'",
        ]
    )


def describe(story: Story) -> list[str]:
    """A story as lines."""
    slow = ", ".join(f"{kind} {rule}" for kind, rule in story.transitions.items())
    found = [f"  source {story.source}; {slow}"]
    found += [f"  {action}" for action in sorted(story.actions, key=lambda action: action.at)]
    found += [f"  {fault}" for fault in story.faults]
    found += [f"  {story.world}"] if str(story.world) else []
    return [*found, f"  {story.idle_days:.0f} days without use"] if story.idle_days else found


def summary(runs: int, seconds: float, starts: int, seed: int) -> str:
    """One line for a sweep in which nothing failed."""
    return (
        f"{runs} runs from seed {seed} in {seconds:.0f} s: every invariant held "
        f"(the host was started {starts} times)."
    )
