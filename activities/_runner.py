"""What every activity of a run does around its own work.

It reads the run's row, turns away late duplicates and cancelled runs, moves the row to the phase,
and turns errors into outcomes, since an exception's type does not survive the way back.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import wraps
from typing import Any

from shared import clock
from shared.admission.queue import is_full
from shared.errors import ServiceError, TunedropError
from shared.registry import Run, registry
from shared.registry.records import iso
from shared.registry.state import STEP_ORDER, Phase
from shared.runs import intake
from shared.runs.orchestration import Outcome, Result, RunRef

log = logging.getLogger("tunedrop.activities")

#: A new role counts after up to 10 minutes, says Azure, and sometimes later (role-based-access-
#: control/troubleshooting). A run that has paid for no training waits for this long, no longer.
ROLES_COUNT = timedelta(hours=1)

Body = Callable[[Run], Outcome]
Activity = Callable[[object], dict[str, Any]]


def step(phase: Phase, *, final: bool = False, moves: bool = True) -> Callable[[Body], Activity]:
    """Make an activity of a function that works on the row of a run in `phase`.

    Args:
        phase: The phase that the run is moved to, unless it is further already.
        final: Whether the function itself decides if a request to cancel comes too late.
        moves: Whether the row is moved; False for a last step, which gives it its last phase.
    """

    def decorate(body: Body) -> Activity:
        @wraps(body)
        def activity(payload: object) -> dict[str, Any]:
            ref = RunRef.from_dict(payload)
            outcome = outcome_of(ref, lambda: _work(ref, phase, body, final, moves))
            return report_wait(ref, outcome, phase if moves else None)

        return activity

    return decorate


def outcome_of(ref: RunRef, work: Callable[[], Outcome]) -> Outcome:
    """Run `work` and turn tunedrop's errors into outcomes; others are bugs and go on rising."""
    try:
        return work()
    except TunedropError as error:
        log.warning("%s: %s: %s", ref.run, error.code, error)
        if error.retryable:
            return Outcome.wait(
                error.code,
                error.message,
                hint=error.hint,
                retry_after=error.retry_after,
                unbounded=is_full(error.code),
            )
        return Outcome.refuse(error.code, error.message, hint=error.hint)


def _work(ref: RunRef, phase: Phase, body: Body, final: bool, moves: bool) -> Outcome:
    def enter(row: Run) -> Run:
        still = not moves or row.phase == phase or row.resting
        stay = still or _early_outcome(ref, row, phase, final) is not None
        return row if stay else row.enter_phase(phase, clock.now())

    run = registry().change(ref.run, enter)
    return _early_outcome(ref, run, phase, final) or _run_body(run, body)


def _run_body(run: Run, body: Body) -> Outcome:
    try:
        outcome = body(run)
    except ServiceError as error:
        if error.code == "dataset_changed" and intake.repin(run):
            message = f"{run.dataset.blob} was overwritten while it was read; it is read again."
            return Outcome.wait("dataset_again", message)
        if error.denied:
            return _wait_for_role(run, error)
        raise
    if run.denied_since:
        registry().change(run.id, lambda row: replace(row, denied_since=None))
    return outcome


def _wait_for_role(run: Run, error: ServiceError) -> Outcome:
    """Wait for the role: for a while, or as long as the step may take if a training is paid for.

    Raises:
        ServiceError: `error`, when that was long enough.
    """
    log.warning("%s: %s: %s", run.id, error.code, error)
    now = clock.now()
    row = registry().change(
        run.id, lambda row: row if row.denied_since else replace(row, denied_since=now)
    )
    until = (row.denied_since or now) + ROLES_COUNT
    if row.training.job_id:
        return Outcome.wait(error.code, error.message, hint=f"{error.hint} It is tried again.")
    if now >= until:
        raise error
    hint = f"{error.hint} It is tried again until {until:%Y-%m-%d %H:%M} UTC."
    return Outcome.wait(error.code, error.message, hint=hint)


def _early_outcome(ref: RunRef, run: Run, phase: Phase, final: bool) -> Outcome | None:
    if run.attempt != ref.attempt:
        message = f"Attempt {ref.attempt} of this run has ended; attempt {run.attempt} is active."
        return Outcome.refuse("stale", message)
    if run.phase not in STEP_ORDER:
        return Outcome.refuse("closed", f"The run is {run.phase}.")
    # A last step that died after its row had said so may have left something undone.
    unsure = final and run.phase == Phase.SERVING
    if STEP_ORDER.index(run.phase) > STEP_ORDER.index(phase) and not unsure:
        return Outcome.done(f"The run is already {run.phase}.")
    if run.cancel_requested and not final:
        return Outcome.refuse("cancelled", f"Cancelled on request at {iso(run.cancel_requested)}.")
    return None


def report_wait(ref: RunRef, outcome: Outcome, phase: Phase | None = None) -> dict[str, Any]:
    """The answer of an activity; a wait is also shown in the run's row, unless it says so.

    Args:
        ref: The run.
        outcome: Of the activity.
        phase: Which phase waits; a run that went on to another one, while a late duplicate of the
            activity was at work, does not wait for that any more. None for any phase.
    """
    text = outcome.text

    def show(row: Run) -> Run:
        over = row.resting or row.attempt != ref.attempt or phase not in (None, row.phase)
        return row if over or row.waiting == text else replace(row, waiting=text)

    if outcome.result == Result.WAIT:
        registry().change(ref.run, show)
    return outcome.to_dict()
