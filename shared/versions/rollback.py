"""Switching a model to another version on request: rollback and promotion.

A version that answers is switched to at once. One that sleeps is written down as wanted, and its
waking (`shared.deployments.wake`) switches to it when it answers. Both are safe to repeat.
"""

from dataclasses import dataclass, replace

from shared import clock
from shared.datasets.names import model_of
from shared.errors import NotFoundError, RequestError
from shared.registry import Model, Run, registry
from shared.registry.parts import RunError
from shared.registry.records import iso
from shared.registry.state import TRAINED, Phase
from shared.versions import promotion


@dataclass(frozen=True)
class SwitchResult:
    """What became of a choice.

    Attributes:
        model: The name as it is now.
        run: The version that was chosen.
        asleep: Whether it must be woken; the name is switched when it answers.
        message: One sentence for the person.
    """

    model: Model
    run: Run
    asleep: bool
    message: str


def rollback(name: str) -> SwitchResult:
    """Put the previous version of a model back; the newer one is kept as the previous.

    Raises:
        NotFoundError: 404 if there is no such model.
        RequestError: 409 if it has no previous version, or one that cannot serve.
        ChangedError: 409 if the name was switched by somebody else at this time.
    """
    model = _find_model(name)
    if model.rolled_back and model.rolled_back == model.previous:
        # Asked again; going back once more would undo what was asked for. It may sleep by now.
        chosen = _switch_to(model, _find_servable(model.active))
        if chosen.asleep:
            return chosen
        return replace(chosen, message=f"{name} is already rolled back to {model.active}.")
    if not model.previous:
        raise RequestError(
            "no_previous_version",
            f"Model {name} has no previous version.",
            hint=f"GET models/{name} lists its versions; promote?run= accepts any trained one.",
            status=409,
            param="name",
        )
    return _switch_to(model, _find_servable(model.previous))


def promote(name: str, run: str) -> SwitchResult:
    """Promote a given version, even one that failed the gate.

    Raises:
        NotFoundError: 404 if there is no such run, or if it is another model's.
        RequestError: 409 if it cannot serve (yet).
        ChangedError: 409 if the name was switched by somebody else at this time.
    """
    if model_of(run) != name:
        raise NotFoundError(
            "run_of_another_model",
            f"Run {run!r:.80} is not a version of model {name!r}.",
            hint=f"GET models/{name} lists its versions.",
            param="run",
        )
    return _switch_to(registry().model(name) or Model(model=name), _find_servable(run))


def _find_model(name: str) -> Model:
    model = registry().model(name)
    if model is None and not registry().versions(name):
        raise NotFoundError(
            "model_not_found",
            f"There is no model {name!r:.80}.",
            hint="GET models lists all.",
            param="name",
        )
    return model or Model(model=name)


def _find_servable(run_id: str) -> Run:
    run = registry().get(run_id)
    if run.training.tuned_model and (run.phase in TRAINED or run.deployment.waking_since):
        return run
    ended = run.resting
    hint = (
        f"GET runs/{run_id} says why."
        if ended
        else "It is promoted automatically when it is ready."
    )
    raise RequestError(
        "run_not_servable",
        f"Run {run_id} is {run.phase} and cannot serve.",
        hint=hint,
        status=409,
        param="run",
    )


def _switch_to(model: Model, run: Run) -> SwitchResult:
    name = run.model
    if model.deleting or run.deleting_since:
        since = run.deleting_since or model.deleting
        message = f"Model {name} is being deleted{f' since {iso(since)}' if since else ''}."
        hint = "Drop its dataset again to train it once more."
        raise RequestError("being_deleted", message, hint=hint, status=409, param="name")
    row = registry().change(run.id, _return_to_serving)
    if row.phase == Phase.SERVING and row.answers:
        try:
            promotion.set_active(_read(model), row)
        finally:
            promotion.settle(name)
        return _result(name, row.id, asleep=False, message=f"{name} is {row.id} now.")
    if model.wanted != row.id:
        registry().put_model(_read(model), replace(model, wanted=row.id))
    message = f"{row.id} is woken first; {name} is switched to it when it answers."
    return _result(name, row.id, asleep=True, message=message)


def _read(model: Model) -> Model | None:
    """The name's row as it is in the registry; None if there is none yet."""
    return model if model.row_etag else None


def _result(name: str, run: str, *, asleep: bool, message: str) -> SwitchResult:
    return SwitchResult(_find_model(name), registry().get(run), asleep, message)


def _return_to_serving(row: Run) -> Run:
    """The row of a superseded version that answers, as the name's; others stay as they are.

    It comes before the switch: from here on a retirement that was being decided has lost.
    """
    if row.phase != Phase.SUPERSEDED or not row.answers:
        return row
    now = clock.now()
    served = replace(
        row.enter_phase(Phase.SERVING, now, "promoted on request"),
        cancel_requested=None,
        error=RunError(),
    )
    # Somebody wants it: that counts as use, or a long idle one would be retired at once.
    used = served.with_deployment(served_since=now, last_used=now)
    return used.with_idleness(warning="")
