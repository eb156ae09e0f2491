"""Promote: point the model's name to this version, in one conditional write."""

from activities._runner import step
from shared.deployments.base import delete_leftover_base
from shared.registry import Run, registry
from shared.registry.records import iso
from shared.registry.state import Phase
from shared.runs.orchestration import Outcome
from shared.versions import promotion


@step(Phase.EVALUATING, final=True, moves=False)
def promote_version(run: Run) -> Outcome:
    """Done when the name points to this version, or to one that goes before it.

    The one write that switches the name decides; before it a request to cancel still counts, and
    what follows it is repeated until it is there.
    """
    outcome = _promote(run)
    # A comparison that was given up leaves it behind.
    delete_leftover_base(run.id)
    return outcome


def _promote(run: Run) -> Outcome:
    model = registry().model(run.model)
    pointing = model is not None and model.active == run.id
    if run.cancel_requested and not pointing:
        return Outcome.refuse("cancelled", f"Cancelled on request at {iso(run.cancel_requested)}.")
    reason = promotion.refusal_reason(run, model)
    if reason:
        code, hint = _refusal(run) if promotion.fails_gate(run) else ("", "")
        promotion.supersede(run.id, reason, code, hint)
        return Outcome.done(reason)
    promotion.set_active(model, run)
    promotion.settle(run.model, ready=run.id)
    return Outcome.done()


def _refusal(run: Run) -> tuple[str, str]:
    """What the run's status says of a version that the gate keeps back."""
    hint = (
        f"GET runs/{run.id}/report has the answers; chat with model {run.id} to try it. "
        f"POST models/{run.model}/promote?run={run.id} promotes it nevertheless. "
        f"Its deployment is deleted when nobody used it for KEEP_PREVIOUS."
    )
    return "gate_failed", hint
