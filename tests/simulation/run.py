"""One run: a story performed, and what it left judged."""

from dataclasses import dataclass

from tests.simulation import invariants
from tests.simulation.evidence import dump, gathered
from tests.simulation.host import host
from tests.simulation.performance import Performance
from tests.simulation.services import Services
from tests.simulation.story import Deed, Story


@dataclass(frozen=True)
class Verdict:
    """How a run went.

    Attributes:
        complaints: What does not hold; empty if all is well.
        left: What it left, for people.
        log: The host's log.
        starts: How often the host was started.
        skipped: Deeds whose moment never came.
    """

    story: Story
    complaints: list[str]
    left: str
    log: str
    starts: int
    skipped: list[Deed]


def run(services: Services, story: Story, number: int = 0) -> Verdict:
    """Perform a story and look at everything that it left."""
    with host(services, story, number) as here:
        performance = Performance(story, here)
        try:
            seen = performance.perform()
            here.kill()
            evidence = gathered(story, performance.people, here, services.emulator)
        finally:
            performance.people.close()
        complaints = [*seen.errors, *invariants.broken(evidence)]
        return Verdict(story, complaints, dump(evidence), here.log(), here.starts, seen.skipped)
