"""Which version a model's name points to, and how the rows of its versions follow.

The name is switched by one conditional write of its row; that write decides. The rows of the
versions say the same a little later, and `settle` repairs what a crash left in between.
"""

from dataclasses import replace

from shared import clock
from shared.registry import Model, Run, registry
from shared.registry.state import Phase


def refusal_reason(run: Run, model: Model | None) -> str:
    """Why a version that answers must not take the name; empty if it may.

    What a person asked for beats the gate and age. A version that a person turned away from does
    not come back by a late duplicate.
    """
    if model is not None and run.id in (model.active, model.wanted):
        return ""
    if fails_gate(run):
        return run.evaluation.reason or f"The gate {run.evaluation.gate} could not be evaluated."
    if model is None:
        return ""
    if model.rolled_back == run.id:
        return f"It was rolled back to {model.active}."
    active = registry().find(model.active) if model.active else None
    if active is not None and active.created > run.created:
        return f"{active.id} has newer data and serves already."
    return ""


def fails_gate(run: Run) -> bool:
    """Whether the gate keeps a version from its name. A comparison that was not made is no pass."""
    return bool(run.evaluation.gate) and run.evaluation.verdict != "passed"


def set_active(model: Model | None, run: Run) -> Model:
    """Point a name to a version in one conditional write; nothing if it points there already.

    Args:
        model: The name's row as it was read; None before its first version.
        run: The version that answers.

    Raises:
        ChangedError: if somebody else changed the name first.
    """
    row = model or Model(model=run.model)
    active = registry().find(row.active) if row.active else None
    if row.active == run.id:
        # Somebody may have asked for it while it was asleep; it is there now.
        arrived = replace(row, wanted="")
        return row if row.wanted != run.id else registry().put_model(model, arrived)
    previous = active.id if active else ""
    back = active is not None and active.created > run.created
    switched = replace(
        row,
        active=run.id,
        previous=previous,
        promoted=clock.now(),
        # The request was about the version that is replaced now, whoever replaces it.
        wanted="",
        rolled_back=previous if back else "",
    )
    return registry().put_model(model, switched)


def settle(name: str, ready: str = "") -> None:
    """Let the rows of a model's versions say what its name says; safe to repeat.

    Every version that says it serves, and is not the active one, is superseded. A switch that comes
    in between settles for itself, and this one looks again to see it.

    Args:
        name: The model.
        ready: A version that was just seen to answer; it serves if it is the active one.
    """
    for _ in range(2):
        model = registry().model(name)
        if model is None:
            return
        for row in registry().versions(name):
            if row.id != model.active and (row.phase == Phase.SERVING or row.id == ready):
                supersede(row.id, f"{model.active} took over.")
            elif row.id == model.active and (row.phase == Phase.SUPERSEDED or row.id == ready):
                registry().change(row.id, _set_serving)
        latest = registry().model(name)
        if latest is None or latest.active == model.active:
            return


def withdraw_request(name: str, run: str) -> None:
    """Withdraw the request for a version of a model that could not be woken."""
    model = registry().model(name)
    if model is not None and model.wanted == run:
        registry().put_model(model, replace(model, wanted=""))


def supersede(run: str, note: str, error_code: str = "", hint: str = "") -> None:
    """Write down that a version does not serve (any more); its deployment stays for a while.

    Args:
        run: The version.
        note: Why.
        error_code: Where that is to be shown as the run's error.
        hint: What a person can do about that.
    """

    def change(row: Run) -> Run:
        if row.phase == Phase.SUPERSEDED:
            return row
        now = clock.now()
        moved = row.enter_phase(Phase.SUPERSEDED, now, note).with_deployment(superseded_since=now)
        if not error_code:
            return moved
        return moved.with_error(code=error_code, message=note, hint=hint)

    registry().change(run, change)


def _set_serving(row: Run) -> Run:
    if row.phase == Phase.SERVING or not row.deployment.name or row.deployment.retiring:
        return row
    now = clock.now()
    return row.enter_phase(Phase.SERVING, now).with_deployment(served_since=now)
