"""Waking: a version whose deployment was deleted comes back, once, however many ask for it.

The conditional write of `claim` decides which asker begins; the row then says that it wakes.
"""

from dataclasses import replace

from shared import clock
from shared.errors import RequestError
from shared.registry import Model, Run, registry
from shared.registry.parts import RunError
from shared.registry.records import iso
from shared.registry.state import MODEL_GONE, TRAINED, Phase
from shared.versions import promotion


def claim(run: str, why: str) -> Run:
    """Begin to wake a version, in one conditional write.

    Args:
        run: The version's run.
        why: Who asks, for the timeline: `a chat asked for brolly`.

    Returns:
        Its row. `waking` is empty if there is nothing to wake: it answers.

    Raises:
        NotFoundError: if there is no such run.
        RequestError: 409 `not_wakeable`, if it is in progress or never had a tuned model.
    """

    def wake(row: Run) -> Run:
        if not row.deleting_since and (row.deployment.waking_since or row.answers):
            return row
        _check(row)
        now = clock.now()
        row = replace(
            row.enter_phase(Phase.DEPLOYING, now, f"woken: {why}"),
            attempt=row.attempt + 1,
            cancel_requested=None,
            error=RunError(),
        )
        row = row.with_deployment(waking_since=now, wake_failed=None)
        return row.with_idleness(warning="").with_admission(approved=None)

    return registry().change(run, wake)


def phase_when_awake(run: Run, model: Model | None) -> Phase:
    """Where a version belongs that is deployed again: it serves, or the name is not its own."""
    active = model.active if model is not None else ""
    taken = active != run.id and (active != "" or promotion.fails_gate(run))
    return Phase.SUPERSEDED if taken else Phase.SERVING


def finish_wake(row: Run, phase: Phase) -> Run:
    """The row of a version that answers again, in its place."""
    if not row.deployment.waking_since and row.phase == phase:
        return row
    now = clock.now()
    if phase == Phase.SUPERSEDED:
        moved = row.enter_phase(phase, now, "woken, but the name is not its own")
        return moved.with_deployment(waking_since=None, superseded_since=now)
    return row.enter_phase(phase, now, "woken").with_deployment(waking_since=None, served_since=now)


def phase_after_failed_wake(run: Run, model: Model | None, code: str) -> Phase:
    """Where a version belongs whose waking ended with the reason `code`."""
    if code == MODEL_GONE:
        return Phase.FAILED
    awake = phase_when_awake(run, model)
    return Phase.ASLEEP if awake == Phase.SERVING else awake


def _check(row: Run) -> None:
    if row.deleting_since:
        raise RequestError(
            "being_deleted",
            f"{row.model!r} is being deleted since {iso(row.deleting_since)}.",
            hint=f"Drop {row.dataset.blob} again to begin a new run.",
            status=409,
            param="name",
        )
    if row.phase in TRAINED and row.training.tuned_model:
        return
    reason = f": {row.error.message}" if row.error.message else "."
    raise RequestError(
        "not_wakeable",
        f"Run {row.id} is {row.phase}, not asleep{reason}",
        hint=row.error.hint or f"GET runs/{row.id} shows its progress.",
        status=409,
        param="name",
    )
