"""One run: a story performed, and what it left judged."""

from dataclasses import dataclass

from tests.simulation import invariants
from tests.simulation.evidence import dump, gather
from tests.simulation.host import host
from tests.simulation.services import Services
from tests.simulation.story import Action, Story
from tests.simulation.story_runner import StoryRunner


@dataclass(frozen=True)
class Verdict:
    """How a run went.

    Attributes:
        complaints: What does not hold; empty if all is well.
        left: What it left, for people.
        log: The host's log.
        starts: How often the host was started.
        skipped: Actions whose point was never reached.
    """

    story: Story
    complaints: list[str]
    left: str
    log: str
    starts: int
    skipped: list[Action]


def run(services: Services, story: Story, number: int = 0) -> Verdict:
    """Perform a story and look at everything that it left."""
    with host(services, story, number) as here:
        runner = StoryRunner(story, here)
        try:
            seen = runner.run()
            here.kill()
            evidence = gather(story, runner.actors, here, services.emulator)
        finally:
            runner.actors.close()
        complaints = [*seen.errors, *invariants.violations(evidence)]
        return Verdict(story, complaints, dump(evidence), here.log(), here.starts, seen.skipped)
