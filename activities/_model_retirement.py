"""Ask the service when it stops to train and to serve what a run is made of."""

import logging
from datetime import date

from shared import clock
from shared.clients.models import deprecation
from shared.deployments.model_retirement import day_of, warnings
from shared.errors import ServiceError
from shared.registry import Run, registry

log = logging.getLogger("tunedrop.retire")


def update_dates(run: Run) -> Run:
    """The row with what the service says; as it was where it says nothing. Never fails."""
    training, _ = _retirement_dates(run.training.base_model)
    _, serving = _retirement_dates(run.training.tuned_model)

    def note(row: Run) -> Run:
        known = (training or row.model_retirement.training, serving or row.model_retirement.serving)
        if known == (row.model_retirement.training, row.model_retirement.serving):
            return row
        return row.with_model_retirement(training=known[0], serving=known[1])

    return registry().change(run.id, note)


def log_model_retirements() -> None:
    """Ask for all that is deployed, and log what ends soon, once a day."""
    rows = [update_dates(row) for row in registry().runs() if row.deployment.name]
    for text in dict.fromkeys(text for row in rows for text in warnings(row, clock.now())):
        log.warning("retirement: %s", text)


def _retirement_dates(model: str) -> tuple[date | None, date | None]:
    if not model:
        return None, None
    try:
        training, serving = deprecation(model)
    except ServiceError as error:
        log.info("when %s ends is not known: %s", model, error)
        return None, None
    return day_of(training), day_of(serving)
