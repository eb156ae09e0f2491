"""Promote: point the model's name to this version, in one conditional write."""

from activities._runner import step
from shared.registry import Run, registry
from shared.registry.state import Phase
from shared.runs.orchestration import Outcome
from shared.versions import promotion


@step(Phase.EVALUATING, final=True, moves=False)
def promote_version(version: Run) -> Outcome:
    """Done when the name points to this version, or to one that goes before it.

    The one write that switches the name decides; before it a request to cancel still counts, and
    what follows it is repeated until it is there.
    """
    model = registry().model(version.model)
    pointing = model is not None and model.active == version.id
    if version.cancel_requested and not pointing:
        return Outcome.refuse("cancelled", f"Cancelled on request at {version.cancel_requested}.")
    reason = promotion.reason_against(version, model)
    if reason:
        code, hint = _refusal(version) if promotion.fails_gate(version) else ("", "")
        promotion.supersede(version.id, reason, code, hint)
        return Outcome.done(reason)
    promotion.point(model, version)
    promotion.settle(version.model, ready=version.id)
    return Outcome.done()


def _refusal(version: Run) -> tuple[str, str]:
    """What the run's status says of a version that the gate keeps back."""
    hint = (
        f"GET runs/{version.id}/report has the answers; chat with model {version.id} to try it. "
        f"POST models/{version.model}/promote?run={version.id} puts it in front all the same. "
        f"Its deployment is deleted when nobody used it for KEEP_PREVIOUS."
    )
    return "gate_failed", hint
