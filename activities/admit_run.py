"""Admit: wait for room at the service. A run never fails because the service is full."""

from activities.step import step
from shared.clients.deployments import deployments
from shared.clients.files import files
from shared.clients.jobs import jobs
from shared.pipeline import Outcome, Phase
from shared.registry import Version

# Azure OpenAI quotas and limits (learn.microsoft.com, quotas-limits, 2026-02-17)
FILES = 100
BYTES = 1024**3
QUEUED_JOBS = 20
TUNED_DEPLOYMENTS = 10


@step(Phase.QUEUED)
def admit_run(version: Version) -> Outcome:
    """Done when files, jobs and deployments of the resource leave room for this run."""
    if version.job:
        return Outcome.done("Its job was admitted before.")
    return _files(version) or _jobs() or _deployments(version) or Outcome.done("There is room.")


def _files(version: Version) -> Outcome | None:
    if version.training_file:
        return None  # an earlier try uploaded them
    count, size = files().totals()
    if count >= FILES:
        hint = "Delete files that no job needs."
        return Outcome.wait("files_full", f"The resource has {count} of {FILES} files.", hint=hint)
    if size + version.size > BYTES:
        message = f"Files have {size} bytes; with {version.size} more they exceed {BYTES}."
        return Outcome.wait("bytes_full", message, hint="Delete files that no job needs.")
    return None


def _jobs() -> Outcome | None:
    running, waiting = jobs().running()
    if waiting >= QUEUED_JOBS:
        message = f"The service's own queue is full: {waiting} jobs wait, {running} run."
        return Outcome.wait("jobs_full", message)
    return None


def _deployments(version: Version) -> Outcome | None:
    others = [one for one in deployments().list() if one.name != version.run]
    tuned = [one.name for one in others if ".ft-" in one.model]
    if len(tuned) < TUNED_DEPLOYMENTS:
        return None
    message = f"All {TUNED_DEPLOYMENTS} deployments of tuned models are in use."
    return Outcome.wait("deployments_full", message, hint=f"Delete one of {', '.join(tuned)}.")
