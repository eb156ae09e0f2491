"""Make room where every deployment is in use: the longest idle one goes, if that is allowed."""

from datetime import UTC, datetime, timedelta
from functools import partial

from activities._runner import outcome_of
from activities.retire_deployment import evict
from shared import clock
from shared.clients.deployments import deployments
from shared.deployments.idleness import last_use
from shared.deployments.missing import clear_deployment
from shared.registry import Run, registry
from shared.registry.state import ANSWERING
from shared.runs.orchestration import Result
from shared.settings import settings

_NEVER = datetime.min.replace(tzinfo=UTC)


def make_room(run: Run) -> str:
    """Let one deployment go for `version`; what goes, as a sentence, or an empty text.

    It is off unless `EVICT_AFTER` is set. A pinned model, and one that was used since, stays; Azure
    Monitor is asked as it is in the daily round.
    """
    after = settings().evict_after
    if after is None:
        return ""
    why = f"{run.id} needed a deployment"
    for row in _candidates(run, after):
        outcome = outcome_of(row.ref, lambda row=row: evict(row, after, why))  # type: ignore[misc]
        if outcome.result != Result.REFUSED:
            return f" {row.id} makes room: it was idle the longest."
    return ""


def record_gone_deployments() -> None:
    """Take note of what made room and is gone by now: who waited for it does not ask again.

    Until then its row has a deployment, and its hours go on being counted.
    """
    if settings().evict_after is None:
        return
    for row in registry().runs():
        if row.deployment.retiring and deployments().get(row.deployment.name) is None:
            registry().change(row.id, partial(_clear, gone=row.deployment.created))


def _clear(row: Run, gone: datetime | None) -> Run:
    return (
        clear_deployment(row) if row.deployment.retiring and row.deployment.created == gone else row
    )


def _candidates(run: Run, after: timedelta) -> list[Run]:
    """What goes already, or else what has been idle for long enough, the longest first."""
    rows = [row for row in registry().runs() if row.deployment.name and row.id != run.id]
    going = [row for row in rows if row.deployment.retiring]
    if going:
        return going[:1]
    now = clock.now()
    idle = [(last_use(row, None) or _NEVER, row) for row in rows if row.phase in ANSWERING]
    old = [(used, row) for used, row in idle if now - used >= after]
    return [row for _, row in sorted(old, key=lambda pair: pair[0])]
