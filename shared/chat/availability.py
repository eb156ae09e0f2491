"""Why a version that exists does not answer, and what the caller can do."""

from datetime import datetime, timedelta

from shared import clock
from shared.errors import AsleepError, NotReadyError
from shared.registry import Model, Run
from shared.registry.records import iso
from shared.registry.state import ENDED, RESTING
from shared.settings import settings

RETRY_AFTER = 30.0  # seconds; a deployment takes minutes, but clients give up after a few retries
RETRY_WAKE_AFTER = timedelta(minutes=10)  # from a failed wake until a chat may start another


def unavailable_error(asked: str, run: Run, model: Model | None) -> NotReadyError:
    """The error for a chat that asked for `asked`, which stands for `version`.

    Args:
        asked: A model's name, or a run.
        run: Its row.
        model: The row of its model.
    """
    if run.deleting_since:
        return _deleting_error(asked, run)
    if run.deployment.waking_since:
        error = approval_error if run.awaits_approval else _waking_error
        return error(asked, run)
    if run.phase in ENDED:
        return _ended_error(asked, run)
    if run.error.code == "gate_failed" and asked != run.id:
        return _gate_error(asked, run)
    if run.phase not in RESTING:
        return _in_progress_error(asked, run)
    active = model.active if model else ""
    if active in ("", run.id):
        return _asleep_error(asked, run)
    return NotReadyError(
        "model_superseded",
        f"Run {run.id} was superseded by {active}, and its deployment was deleted.",
        hint=f"Ask for {run.model!r}; POST models/{run.model}/rollback activates the "
        "previous version.",
        param="model",
    )


def _deleting_error(asked: str, run: Run) -> NotReadyError:
    return NotReadyError(
        "model_deleted",
        f"{asked!r} is being deleted{_since(run.deleting_since)}.",
        hint="GET v1/models lists the models that answer.",
        param="model",
    )


def _in_progress_error(asked: str, run: Run) -> NotReadyError:
    waiting = f" Waiting: {run.waiting}" if run.waiting else ""
    return NotReadyError(
        "model_not_ready",
        f"{asked!r} is not ready: run {run.id} is {run.phase}.{waiting}",
        hint=f"GET runs/{run.id} shows its progress.",
        param="model",
    )


def _ended_error(asked: str, run: Run) -> NotReadyError:
    reason = f": {run.error.message}" if run.error.message else "."
    never = "does not serve" if run.deployment.served_since else "never served"
    return NotReadyError(
        f"model_{run.phase}",
        f"{asked!r} {never}: run {run.id} is {run.phase}{reason}",
        hint=run.error.hint or f"GET runs/{run.id}/report has the details.",
        param="model",
    )


def _gate_error(asked: str, run: Run) -> NotReadyError:
    return NotReadyError(
        "model_kept_back",
        f"{asked!r} has no version that serves: run {run.id} was kept back. {run.error.message}",
        hint=run.error.hint,
        status=409,
        param="model",
    )


def approval_error(asked: str, run: Run) -> AsleepError:
    """The error while a wake that exceeds the month's budget waits for an approval.

    It does not say what the month has cost: client apps need not know.
    """
    return AsleepError(
        "approval_needed",
        f"{asked!r} is asleep, and deploying run {run.id} again would exceed the budget of "
        "this month (BUDGET_MONTH); it has been waiting for an "
        f"approval{_since(run.admission.waits_since)}.",
        hint=f"POST runs/{run.id}/approve wakes it, POST runs/{run.id}/cancel cancels the request.",
        run=run.id,
        wakeable=True,
        retry_after=RETRY_WAKE_AFTER.total_seconds(),
    )


def _waking_error(asked: str, run: Run) -> AsleepError:
    waiting = f" Waiting: {run.waiting}" if run.waiting else ""
    since = f"run {run.id} has been deploying{_since(run.deployment.waking_since)}"
    return AsleepError(
        "model_waking",
        f"{asked!r} is waking: {since}.{waiting}",
        hint='Try again in a few minutes, or send "wait": true to wait for the answer.',
        run=run.id,
        waking=True,
        retry_after=RETRY_AFTER,
    )


def _asleep_error(asked: str, run: Run) -> AsleepError:
    deployment = run.deployment
    times = (deployment.last_used, deployment.created, deployment.served_since)
    last = max((one for one in times if one), default=None)
    idle = f"; it was last used {(clock.now() - last).days} days ago" if last else ""
    asleep = f"{asked!r} is asleep: the deployment of run {run.id} was deleted{idle}."
    pause = _wake_pause(run)
    if pause and deployment.wake_failed:
        asleep += f" Waking it failed at {iso(deployment.wake_failed)}: {run.error.message}"
    manually = f"POST models/{run.model}/wake deploys it again."
    wakeable = bool(run.training.tuned_model) and not pause and settings().wake_on_chat
    return AsleepError(
        "model_asleep",
        asleep,
        hint=f"A chat wakes it, and {manually}" if wakeable else manually,
        run=run.id,
        wakeable=wakeable,
        retry_after=pause or RETRY_AFTER,
    )


def _since(at: datetime | None) -> str:
    return f" since {iso(at)}" if at else ""


def _wake_pause(run: Run) -> float:
    """Seconds until a chat may wake it again after a failed wake."""
    failed = run.deployment.wake_failed
    return max(0.0, (failed + RETRY_WAKE_AFTER - clock.now()).total_seconds()) if failed else 0.0
