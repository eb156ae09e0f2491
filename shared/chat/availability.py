"""Why a version that exists does not answer, and what the caller can do."""

from datetime import timedelta

from shared import clock
from shared.errors import AsleepError, NotReadyError
from shared.registry import Model, Run
from shared.registry.records import when
from shared.registry.state import ENDED, RESTING
from shared.settings import settings

RETRY_AFTER = 30.0  # seconds; a deployment takes minutes, but clients give up after a few retries
RETRY_WAKE_AFTER = timedelta(minutes=10)  # from a failed wake until a chat may start another


def unavailable_error(asked: str, version: Run, model: Model | None) -> NotReadyError:
    """The error for a chat that asked for `asked`, which stands for `version`.

    Args:
        asked: A model's name, or a run.
        version: Its row.
        model: The row of its model.
    """
    if version.deleting_since:
        return _deleting_error(asked, version)
    if version.deployment.waking_since:
        error = approval_error if version.awaits_approval else _waking_error
        return error(asked, version)
    if version.phase in ENDED:
        return _ended_error(asked, version)
    if version.error.code == "gate_failed" and asked != version.id:
        return _gate_error(asked, version)
    if version.phase not in RESTING:
        return _in_progress_error(asked, version)
    active = model.active if model else ""
    if active in ("", version.id):
        return _asleep_error(asked, version)
    return NotReadyError(
        "model_superseded",
        f"Run {version.id} was superseded by {active}, and its deployment was deleted.",
        hint=f"Ask for {version.model!r}; POST models/{version.model}/rollback brings back the "
        "version before the present one.",
        param="model",
    )


def _deleting_error(asked: str, version: Run) -> NotReadyError:
    return NotReadyError(
        "model_deleted",
        f"{asked!r} is being deleted (since {version.deleting_since}).",
        hint="GET v1/models lists the models that answer.",
        param="model",
    )


def _in_progress_error(asked: str, version: Run) -> NotReadyError:
    waiting = f" Waiting: {version.waiting}" if version.waiting else ""
    return NotReadyError(
        "model_not_ready",
        f"{asked!r} is not ready: run {version.id} is {version.phase}.{waiting}",
        hint=f"GET runs/{version.id} shows its progress.",
        param="model",
    )


def _ended_error(asked: str, version: Run) -> NotReadyError:
    reason = f": {version.error.message}" if version.error.message else "."
    never = "does not serve" if version.deployment.served_since else "never served"
    return NotReadyError(
        f"model_{version.phase}",
        f"{asked!r} {never}: run {version.id} is {version.phase}{reason}",
        hint=version.error.hint or f"GET runs/{version.id}/report has the details.",
        param="model",
    )


def _gate_error(asked: str, version: Run) -> NotReadyError:
    return NotReadyError(
        "model_kept_back",
        f"{asked!r} has no version that serves: run {version.id} was kept back. "
        f"{version.error.message}",
        hint=version.error.hint,
        status=409,
        param="model",
    )


def approval_error(asked: str, version: Run) -> AsleepError:
    """The error while a wake that exceeds the month's budget waits for an approval.

    It does not say what the month has cost: client apps need not know.
    """
    return AsleepError(
        "approval_needed",
        f"{asked!r} is asleep, and deploying run {version.id} again would exceed the budget of "
        "this month (BUDGET_MONTH); it waits for an approval since "
        f"{version.admission.waits_since}.",
        hint=f"POST runs/{version.id}/approve lets it wake, POST runs/{version.id}/cancel gives "
        "that up.",
        run=version.id,
        wakeable=True,
        retry_after=RETRY_WAKE_AFTER.total_seconds(),
    )


def _waking_error(asked: str, version: Run) -> AsleepError:
    waiting = f" Waiting: {version.waiting}" if version.waiting else ""
    since = f"run {version.id} is being deployed since {version.deployment.waking_since}"
    return AsleepError(
        "model_waking",
        f"{asked!r} is waking: {since}.{waiting}",
        hint='Try again in a few minutes, or send "wait": true to wait for the answer.',
        run=version.id,
        waking=True,
        retry_after=RETRY_AFTER,
    )


def _asleep_error(asked: str, version: Run) -> AsleepError:
    last = when(
        max(
            version.deployment.last_used,
            version.deployment.created,
            version.deployment.served_since,
        )
    )
    idle = f"; it was last used {(clock.now() - last).days} days ago" if last else ""
    asleep = f"{asked!r} is asleep: the deployment of run {version.id} was deleted{idle}."
    pause = _wake_pause(version)
    if pause:
        asleep += f" Waking it failed at {version.deployment.wake_failed}: {version.error.message}"
    manually = f"POST models/{version.model}/wake deploys it again."
    wakeable = bool(version.training.tuned_model) and not pause and settings().wake_on_chat
    return AsleepError(
        "model_asleep",
        asleep,
        hint=f"A chat wakes it, and {manually}" if wakeable else manually,
        run=version.id,
        wakeable=wakeable,
        retry_after=pause or RETRY_AFTER,
    )


def _wake_pause(version: Run) -> float:
    """Seconds until a chat may wake it again after a failed wake."""
    failed = when(version.deployment.wake_failed)
    return max(0.0, (failed + RETRY_WAKE_AFTER - clock.now()).total_seconds()) if failed else 0.0
