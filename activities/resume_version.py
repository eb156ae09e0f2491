"""Resume: a version that was woken takes its place again."""

from functools import partial

from activities.step import step
from shared import promotion, waking
from shared.pipeline import Outcome, Phase
from shared.registry import Version, registry


@step(Phase.DEPLOYING)
def resume_version(version: Version) -> Outcome:
    """Done when the row says that it serves, or that a newer version took the name meanwhile."""
    while True:
        _fulfil(version)
        phase = waking.place(version, registry().model(version.model))
        registry().change(version.run, partial(waking.woken, phase=phase))
        # A newer version may have taken the name between the look at it and the row, and a person
        # may have asked for this one.
        model = registry().model(version.model)
        wanted = model is not None and model.wanted == version.run
        if waking.place(version, model) == phase and not wanted:
            return Outcome.done(f"It is {phase} again.")


def _fulfil(version: Version) -> None:
    """Switch the name to this version, if a person asked for it while it was asleep."""
    model = registry().model(version.model)
    if model is not None and model.wanted == version.run:
        promotion.point(model, version)
        promotion.settle(version.model)
