"""Why a version that exists does not answer, and what to do about it."""

from shared import clock
from shared.errors import NotReadyError
from shared.pipeline import RESTING, Phase
from shared.registry import Version
from shared.registry.rows import when

_ENDED = frozenset({Phase.REJECTED, Phase.CANCELLED, Phase.FAILED})


def unready(asked: str, version: Version) -> NotReadyError:
    """The error for a chat that asked for `asked`, which stands for `version`."""
    if version.phase in _ENDED:
        return _ended(asked, version)
    if version.phase in RESTING:
        return _asleep(asked, version)
    waiting = f" It waits: {version.waiting}" if version.waiting else ""
    return NotReadyError(
        "model_not_ready",
        f"{asked!r} is not ready: run {version.run} is {version.phase}.{waiting}",
        hint=f"GET runs/{version.run} shows how far it is.",
        status=409,
        param="model",
    )


def _ended(asked: str, version: Version) -> NotReadyError:
    reason = f": {version.error_message}" if version.error_message else "."
    return NotReadyError(
        f"model_{version.phase}",
        f"{asked!r} never served: run {version.run} is {version.phase}{reason}",
        hint=version.error_hint or f"GET runs/{version.run}/report has the details.",
        status=409,
        param="model",
    )


def _asleep(asked: str, version: Version) -> NotReadyError:
    last = when(max(version.last_used, version.deployed, version.served))
    idle = f"; it was last used {(clock.now() - last).days} days ago" if last else ""
    return NotReadyError(
        "model_asleep",
        f"{asked!r} is asleep: the deployment of run {version.run} was deleted{idle}.",
        hint="The tuned model is kept. Drop its dataset with changed bytes to serve it anew.",
        status=503,
        param="model",
    )
