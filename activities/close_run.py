"""Close a run that will not serve: stop what costs money, then say why."""

import logging
from dataclasses import replace
from typing import Any

from activities.step import outcome_of
from shared import clock
from shared.clients.deployments import deployments
from shared.clients.jobs import ENDED, jobs
from shared.pipeline import Closing, Outcome, Phase
from shared.registry import Version, registry

log = logging.getLogger("tunedrop.activities")

PHASES = {
    "rejected": Phase.REJECTED,
    "cancelled": Phase.CANCELLED,
    # The blob was overwritten before this version was read; the newer bytes have their own run.
    "dataset_changed": Phase.SUPERSEDED,
}
NOTHING = frozenset({"stale", "closed"})  # another try, or an earlier answer, closed it already


def close_run(payload: object) -> dict[str, Any]:
    """Done when the run's job is stopped, its deployment gone and its row says why.

    Both are looked for at the service, not only in the row: an answer may have been lost.
    """
    closing = Closing.from_dict(payload)
    return outcome_of(closing.ref, lambda: _close(closing)).to_dict()


def _close(closing: Closing) -> Outcome:
    version = registry().get(closing.ref.run)
    if closing.code in NOTHING or version.attempt != closing.ref.attempt or version.resting:
        return Outcome.done()
    _stop_jobs(version)
    if _delete_deployment(version):
        return Outcome.wait("deleting", f"Deployment {version.run} is being deleted.")
    registry().change(version.run, lambda row: _closed(row, closing))
    log.info("%s: %s: %s", version.run, PHASES.get(closing.code, Phase.FAILED), closing.message)
    return Outcome.done()


def _stop_jobs(version: Version) -> None:
    if not version.training_file:
        return
    for job in jobs().find(version.training_file):
        if job.status not in ENDED:
            jobs().cancel(job.id)


def _delete_deployment(version: Version) -> bool:
    """Whether a deletion had to be begun; asked again, it is gone or going."""
    return bool(version.deployment) and deployments().delete(version.deployment)


def _closed(row: Version, closing: Closing) -> Version:
    if row.resting:
        return row
    phase = PHASES.get(closing.code, Phase.FAILED)
    closed = row.entered(phase, clock.now(), closing.message)
    return replace(
        closed,
        deployment="",
        error_code=closing.code,
        error_message=closing.message[:8000],
        error_hint=closing.hint[:2000],
    )
