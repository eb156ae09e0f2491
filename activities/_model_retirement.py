"""Ask the service when it stops to offer, to train and to serve what a run is made of."""

import logging
from dataclasses import replace
from datetime import date

from shared import clock
from shared.clients.account import ModelOffer, find_offer, list_offers
from shared.clients.models import deprecation
from shared.deployments.model_retirement import day_of, warnings
from shared.errors import ServiceError
from shared.models import find_model
from shared.registry import Run, registry

log = logging.getLogger("tunedrop.retire")


def update_dates(run: Run) -> Run:
    """The row with what the service says; as it was where it says nothing. Never fails."""
    return _update(run, list_offers())


def log_model_retirements() -> None:
    """Ask for all that is deployed, and log what ends soon, once a day."""
    rows = [row for row in registry().runs() if row.deployment.name]
    if not rows:
        return
    offers = list_offers()
    updated = [_update(row, offers) for row in rows]
    for text in dict.fromkeys(text for row in updated for text in warnings(row, clock.now())):
        log.warning("retirement: %s", text)


def _update(run: Run, offers: list[ModelOffer] | None) -> Run:
    training, base = _retirement_dates(run.training.base_model)
    _, serving = _retirement_dates(run.training.tuned_model)
    model = find_model(run.training.base_model)
    offer = find_offer(offers or [], model) if model else None

    def note(row: Run) -> Run:
        known = row.model_retirement
        said = replace(
            known,
            stage=offer.stage if offer else known.stage,
            base=base or known.base,
            training=training or known.training,
            serving=serving or known.serving,
        )
        return row if said == known else replace(row, model_retirement=said)

    return registry().change(run.id, note)


def _retirement_dates(model: str) -> tuple[date | None, date | None]:
    if not model:
        return None, None
    try:
        training, serving = deprecation(model)
    except ServiceError as error:
        log.info("when %s ends is not known: %s", model, error)
        return None, None
    return day_of(training), day_of(serving)
