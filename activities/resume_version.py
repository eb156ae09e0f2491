"""Resume: a version that was woken takes its place again."""

from functools import partial
from typing import Any

from activities._runner import outcome_of, step
from shared.deployments import wake
from shared.registry import Run, registry
from shared.registry.state import Phase
from shared.runs.orchestration import Outcome, Result, RunRef
from shared.versions import promotion


def resume_version(payload: object) -> dict[str, Any]:
    """Done when the row says that it serves, or that a newer version took the name meanwhile.

    A call that died on its way may have left a request behind, or a name that was switched and
    whose rows do not say so yet; both are looked for once more, whoever moved the row.
    """
    ref = RunRef.from_dict(payload)
    answer = _resume(payload)
    if answer["result"] != Result.DONE:
        return answer
    return outcome_of(ref, lambda: _complete(ref)).to_dict()


def _complete(ref: RunRef) -> Outcome:
    run = registry().find(ref.run)
    if run is not None and run.attempt == ref.attempt and run.answers:
        _switch_on_request(run)
        promotion.settle(ref.model)
    return Outcome.done()


@step(Phase.DEPLOYING)
def _resume(run: Run) -> Outcome:
    while True:
        _switch_on_request(run)
        phase = wake.phase_when_awake(run, registry().model(run.model))
        registry().change(run.id, partial(wake.finish_wake, phase=phase))
        # A newer version may have taken the name between the look at it and the row, and a person
        # may have asked for this one.
        model = registry().model(run.model)
        wanted = model is not None and model.wanted == run.id
        if wake.phase_when_awake(run, model) == phase and not wanted:
            return Outcome.done(f"It is {phase} again.")


def _switch_on_request(run: Run) -> None:
    """Switch the name to this version, if a person asked for it while it was asleep."""
    model = registry().model(run.model)
    if model is not None and model.wanted == run.id:
        promotion.set_active(model, run)
        promotion.settle(run.model)
