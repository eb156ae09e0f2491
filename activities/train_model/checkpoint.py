"""Choose which state of a finished training is deployed, and say so in the timeline."""

import logging
from typing import Any

from shared import clock
from shared.clients.jobs import JobFacts, jobs
from shared.errors import ServiceError
from shared.registry import Run, registry
from shared.runs.checkpoints import CheckpointChoice, brief, choose
from shared.runs.companions import pinned_options
from shared.settings import settings

log = logging.getLogger("tunedrop.activities")


def choose_checkpoint(run: Run, job: JobFacts) -> None:
    """Write the choice, and what the service says of the training, into the run's row; once.

    Raises:
        ServiceError: if the checkpoints cannot be listed now, and waiting helps.
    """
    if run.training.hyperparameters is not None:
        return
    wanted = pinned_options(run).checkpoint or settings().checkpoint
    try:
        found = jobs().checkpoints(job.id)
        chosen = choose(wanted, found)
    except ServiceError as error:
        if error.retryable:
            raise
        # A training that was paid for is not lost for that; its last state is known.
        log.warning("%s: no checkpoints of job %s: %s", run.id, job.id, error)
        found = []
        chosen = (
            CheckpointChoice(why=f"The last state is deployed: {error}")
            if wanted == "best"
            else CheckpointChoice()
        )
    registry().change(run.id, lambda row: _with_choice(row, job, found, chosen))


def _with_choice(
    row: Run, job: JobFacts, found: list[dict[str, Any]], chosen: CheckpointChoice
) -> Run:
    if row.training.hyperparameters is not None:
        return row
    row = row.add_note(clock.now(), chosen.why) if chosen.why else row
    facts = {**job.hyperparameters, **({"seed": job.seed} if job.seed is not None else {})}
    return row.with_training(
        hyperparameters=facts,
        checkpoints=brief(found),
        checkpoint=chosen.id,
        checkpoint_reason=chosen.why,
    )
