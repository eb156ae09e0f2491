"""Why a version that exists does not answer, and what to do about it."""

from datetime import timedelta

from shared import clock
from shared.errors import AsleepError, NotReadyError
from shared.registry import Model, Version
from shared.registry.records import when
from shared.registry.state import RESTING, Phase
from shared.settings import settings

RETRY_AFTER = 30.0  # seconds; a deployment takes some minutes, and a caller may give up after few
AGAIN = timedelta(minutes=10)  # between a waking that failed and the next one that a chat begins
_ENDED = frozenset({Phase.REJECTED, Phase.CANCELLED, Phase.FAILED})


def unready(asked: str, version: Version, model: Model | None) -> NotReadyError:
    """The error for a chat that asked for `asked`, which stands for `version`.

    Args:
        asked: A model's name, or a run.
        version: Its row.
        model: The row of its model.
    """
    if version.deleting:
        return _going(asked, version)
    if version.waking:
        return unapproved(asked, version) if version.unapproved else _waking(asked, version)
    if version.phase in _ENDED:
        return _ended(asked, version)
    if version.error_code == "gate_failed" and asked != version.run:
        return _kept_back(asked, version)
    if version.phase not in RESTING:
        return _on_its_way(asked, version)
    active = model.active if model else ""
    if active in ("", version.run):
        return _asleep(asked, version)
    return NotReadyError(
        "model_superseded",
        f"Run {version.run} was superseded by {active}, and its deployment was deleted.",
        hint=f"Ask for {version.model!r}; POST models/{version.model}/rollback brings back the "
        "version before the present one.",
        param="model",
    )


def _going(asked: str, version: Version) -> NotReadyError:
    return NotReadyError(
        "model_deleted",
        f"{asked!r} is being deleted since {version.deleting}.",
        hint="GET v1/models lists what can be asked for.",
        param="model",
    )


def _on_its_way(asked: str, version: Version) -> NotReadyError:
    waiting = f" It waits: {version.waiting}" if version.waiting else ""
    return NotReadyError(
        "model_not_ready",
        f"{asked!r} is not ready: run {version.run} is {version.phase}.{waiting}",
        hint=f"GET runs/{version.run} shows how far it is.",
        param="model",
    )


def _ended(asked: str, version: Version) -> NotReadyError:
    reason = f": {version.error_message}" if version.error_message else "."
    never = "does not serve" if version.served else "never served"
    return NotReadyError(
        f"model_{version.phase}",
        f"{asked!r} {never}: run {version.run} is {version.phase}{reason}",
        hint=version.error_hint or f"GET runs/{version.run}/report has the details.",
        param="model",
    )


def _kept_back(asked: str, version: Version) -> NotReadyError:
    return NotReadyError(
        "model_kept_back",
        f"{asked!r} has no version that serves: run {version.run} was kept back. "
        f"{version.error_message}",
        hint=version.error_hint,
        status=409,
        param="model",
    )


def unapproved(asked: str, version: Version) -> AsleepError:
    """The error while a person has not let a waking exceed the month's budget.

    Nobody holds the line for that, and what the month has cost is no business of client apps.
    """
    return AsleepError(
        "approval_needed",
        f"{asked!r} is asleep, and deploying run {version.run} again would exceed the budget of "
        f"this month (BUDGET_MONTH); it waits for an approval since {version.waits_since}.",
        hint=f"POST runs/{version.run}/approve lets it wake, POST runs/{version.run}/cancel gives "
        "that up.",
        run=version.run,
        wakeable=True,
        retry_after=AGAIN.total_seconds(),
    )


def _waking(asked: str, version: Version) -> AsleepError:
    waiting = f" It waits: {version.waiting}" if version.waiting else ""
    since = f"run {version.run} is being deployed since {version.waking}"
    return AsleepError(
        "model_waking",
        f"{asked!r} is waking: {since}.{waiting}",
        hint='Ask again in a few minutes, or send "wait": true to hold the line.',
        run=version.run,
        waking=True,
        retry_after=RETRY_AFTER,
    )


def _asleep(asked: str, version: Version) -> AsleepError:
    last = when(max(version.last_used, version.deployed, version.served))
    idle = f"; it was last used {(clock.now() - last).days} days ago" if last else ""
    asleep = f"{asked!r} is asleep: the deployment of run {version.run} was deleted{idle}."
    rest = _rest(version)
    if rest:
        asleep += f" Waking it failed at {version.wake_failed}: {version.error_message}"
    by_hand = f"POST models/{version.model}/wake deploys it again."
    wakeable = bool(version.tuned_model) and not rest and settings().wake_on_chat
    return AsleepError(
        "model_asleep",
        asleep,
        hint=f"A chat wakes it, and {by_hand}" if wakeable else by_hand,
        run=version.run,
        wakeable=wakeable,
        retry_after=rest or RETRY_AFTER,
    )


def _rest(version: Version) -> float:
    """Seconds for which a chat does not wake it again, since that failed just now."""
    failed = when(version.wake_failed)
    return max(0.0, (failed + AGAIN - clock.now()).total_seconds()) if failed else 0.0
