"""Waking: a version whose deployment was deleted comes back, once, however many ask for it.

The conditional write of `claim` decides which asker begins; the row then says that it wakes.
"""

from dataclasses import replace

from shared import clock
from shared.errors import RequestError
from shared.registry import Model, Version, registry
from shared.registry.records import cleared, iso
from shared.registry.state import Phase
from shared.versions import promotion

#: What a closed waking has for a reason when there is nothing left to deploy.
MODEL_GONE = "tuned_model_gone"
_SLEEPING = frozenset({Phase.ASLEEP, Phase.SUPERSEDED, Phase.SERVING})
_OF_ONE_TRY = (
    *("cancel_requested", "waiting", "warning", "wake_failed", "approved"),
    *("error_code", "error_message", "error_hint"),
)


def claim(run: str, why: str) -> Version:
    """Begin to wake a version, in one conditional write.

    Args:
        run: The version's run.
        why: Who asks, for the timeline: `a chat asked for travel`.

    Returns:
        Its row. `waking` is empty if there is nothing to wake: it answers.

    Raises:
        NotFoundError: if there is no such run.
        RequestError: 409 `not_wakeable`, if it is at work, or never had a model that could serve.
    """

    def wake(row: Version) -> Version:
        if not row.deleting and (row.waking or row.answers):
            return row
        _check(row)
        now = clock.now()
        begun = cleared(row.entered(Phase.DEPLOYING, now, f"woken: {why}"), *_OF_ONE_TRY)
        return replace(begun, attempt=row.attempt + 1, waking=iso(now))

    return registry().change(run, wake)


def place(version: Version, model: Model | None) -> Phase:
    """Where a version belongs that is deployed again: it serves, or the name is not its own."""
    active = model.active if model is not None else ""
    taken = active != version.run and (active != "" or promotion.gated(version))
    return Phase.SUPERSEDED if taken else Phase.SERVING


def woken(row: Version, phase: Phase) -> Version:
    """The row of a version that answers again, in its place."""
    if not row.waking and row.phase == phase:
        return row
    now = clock.now()
    if phase == Phase.SUPERSEDED:
        moved = row.entered(phase, now, "woken, but the name is not its own")
        return replace(moved, waking="", superseded=iso(now))
    return replace(row.entered(phase, now, "woken"), waking="", served=iso(now))


def bed(version: Version, model: Model | None, code: str) -> Phase:
    """Where a version belongs whose waking ended with the reason `code`."""
    if code == MODEL_GONE:
        return Phase.FAILED
    awake = place(version, model)
    return Phase.ASLEEP if awake == Phase.SERVING else awake


def _check(row: Version) -> None:
    if row.deleting:
        raise RequestError(
            "being_deleted",
            f"{row.model!r} is being deleted since {row.deleting}.",
            hint=f"Drop {row.dataset} again to begin anew.",
            status=409,
            param="name",
        )
    if row.phase in _SLEEPING and row.tuned_model:
        return
    reason = f": {row.error_message}" if row.error_message else "."
    raise RequestError(
        "not_wakeable",
        f"Run {row.run} is {row.phase}, not asleep{reason}",
        hint=row.error_hint or f"GET runs/{row.run} shows how far it is.",
        status=409,
        param="name",
    )
