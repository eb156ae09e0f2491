"""Resume: a version that was woken takes its place again."""

from functools import partial

from activities.step import step
from shared import waking
from shared.pipeline import Outcome, Phase
from shared.registry import Version, registry


@step(Phase.DEPLOYING)
def resume_version(version: Version) -> Outcome:
    """Done when the row says that it serves, or that a newer version took the name meanwhile."""
    while True:
        phase = waking.place(version, registry().model(version.model))
        registry().change(version.run, partial(waking.woken, phase=phase))
        # A newer version may have taken the name between the look at it and the row.
        if waking.place(version, registry().model(version.model)) == phase:
            return Outcome.done(f"It is {phase} again.")
