"""Why a version that exists does not answer, and what the caller can do."""

from datetime import timedelta

from shared import clock
from shared.errors import AsleepError, NotReadyError
from shared.registry import Model, Version
from shared.registry.records import when
from shared.registry.state import RESTING, Phase
from shared.settings import settings

RETRY_AFTER = 30.0  # seconds; a deployment takes minutes, but clients give up after a few retries
RETRY_WAKE_AFTER = timedelta(minutes=10)  # from a failed wake until a chat may start another
_ENDED = frozenset({Phase.REJECTED, Phase.CANCELLED, Phase.FAILED})


def unavailable_error(asked: str, version: Version, model: Model | None) -> NotReadyError:
    """The error for a chat that asked for `asked`, which stands for `version`.

    Args:
        asked: A model's name, or a run.
        version: Its row.
        model: The row of its model.
    """
    if version.deleting:
        return _deleting_error(asked, version)
    if version.waking:
        error = approval_error if version.unapproved else _waking_error
        return error(asked, version)
    if version.phase in _ENDED:
        return _ended_error(asked, version)
    if version.error_code == "gate_failed" and asked != version.run:
        return _gate_error(asked, version)
    if version.phase not in RESTING:
        return _in_progress_error(asked, version)
    active = model.active if model else ""
    if active in ("", version.run):
        return _asleep_error(asked, version)
    return NotReadyError(
        "model_superseded",
        f"Run {version.run} was superseded by {active}, and its deployment was deleted.",
        hint=f"Ask for {version.model!r}; POST models/{version.model}/rollback brings back the "
        "version before the present one.",
        param="model",
    )


def _deleting_error(asked: str, version: Version) -> NotReadyError:
    return NotReadyError(
        "model_deleted",
        f"{asked!r} is being deleted (since {version.deleting}).",
        hint="GET v1/models lists the models that answer.",
        param="model",
    )


def _in_progress_error(asked: str, version: Version) -> NotReadyError:
    waiting = f" Waiting: {version.waiting}" if version.waiting else ""
    return NotReadyError(
        "model_not_ready",
        f"{asked!r} is not ready: run {version.run} is {version.phase}.{waiting}",
        hint=f"GET runs/{version.run} shows its progress.",
        param="model",
    )


def _ended_error(asked: str, version: Version) -> NotReadyError:
    reason = f": {version.error_message}" if version.error_message else "."
    never = "does not serve" if version.served else "never served"
    return NotReadyError(
        f"model_{version.phase}",
        f"{asked!r} {never}: run {version.run} is {version.phase}{reason}",
        hint=version.error_hint or f"GET runs/{version.run}/report has the details.",
        param="model",
    )


def _gate_error(asked: str, version: Version) -> NotReadyError:
    return NotReadyError(
        "model_kept_back",
        f"{asked!r} has no version that serves: run {version.run} was kept back. "
        f"{version.error_message}",
        hint=version.error_hint,
        status=409,
        param="model",
    )


def approval_error(asked: str, version: Version) -> AsleepError:
    """The error while a wake that exceeds the month's budget waits for an approval.

    It does not say what the month has cost: client apps need not know.
    """
    return AsleepError(
        "approval_needed",
        f"{asked!r} is asleep, and deploying run {version.run} again would exceed the budget of "
        f"this month (BUDGET_MONTH); it waits for an approval since {version.waits_since}.",
        hint=f"POST runs/{version.run}/approve lets it wake, POST runs/{version.run}/cancel gives "
        "that up.",
        run=version.run,
        wakeable=True,
        retry_after=RETRY_WAKE_AFTER.total_seconds(),
    )


def _waking_error(asked: str, version: Version) -> AsleepError:
    waiting = f" Waiting: {version.waiting}" if version.waiting else ""
    since = f"run {version.run} is being deployed since {version.waking}"
    return AsleepError(
        "model_waking",
        f"{asked!r} is waking: {since}.{waiting}",
        hint='Try again in a few minutes, or send "wait": true to wait for the answer.',
        run=version.run,
        waking=True,
        retry_after=RETRY_AFTER,
    )


def _asleep_error(asked: str, version: Version) -> AsleepError:
    last = when(max(version.last_used, version.deployed, version.served))
    idle = f"; it was last used {(clock.now() - last).days} days ago" if last else ""
    asleep = f"{asked!r} is asleep: the deployment of run {version.run} was deleted{idle}."
    pause = _wake_pause(version)
    if pause:
        asleep += f" Waking it failed at {version.wake_failed}: {version.error_message}"
    manually = f"POST models/{version.model}/wake deploys it again."
    wakeable = bool(version.tuned_model) and not pause and settings().wake_on_chat
    return AsleepError(
        "model_asleep",
        asleep,
        hint=f"A chat wakes it, and {manually}" if wakeable else manually,
        run=version.run,
        wakeable=wakeable,
        retry_after=pause or RETRY_AFTER,
    )


def _wake_pause(version: Version) -> float:
    """Seconds until a chat may wake it again after a failed wake."""
    failed = when(version.wake_failed)
    return max(0.0, (failed + RETRY_WAKE_AFTER - clock.now()).total_seconds()) if failed else 0.0
