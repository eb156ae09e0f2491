"""The account asked: what it says of a run's model, and the model of a run that names none."""

import logging
from collections.abc import Sequence

from shared import clock
from shared.admission.offer import (
    Obstacle,
    Request,
    check_facts,
    check_offers,
    check_region,
)
from shared.clients.account import ModelOffer, SkuOffer, find_offer, list_offers, location
from shared.deployments.plan import plan_deployment
from shared.errors import ServiceError
from shared.models import Model, model_facts

log = logging.getLogger("tunedrop.admission")


def check_account(request: Request) -> Obstacle | SkuOffer | None:
    """Why a run cannot succeed in this account; else the SKU of its deployment, if it is known."""
    return check_facts(request) or _check(request, list_offers())


def choose_base_model(training_type: str) -> tuple[str, str]:
    """The base model of a run for which neither the settings nor the dataset name one.

    Args:
        training_type: Of the run.

    Returns:
        The id of the first default model that the account can train and deploy, and the reason in
        one sentence. If there is none, the first one: the admission says what is wrong with it.
    """
    facts, offers = model_facts(), list_offers()
    skipped: list[str] = []
    for model in filter(None, map(facts.models.get, facts.defaults)):
        reason = _obstacle(model, training_type, offers)
        if not reason:
            return model.id, _explain(model.id, skipped, asked=offers is not None)
        skipped.append(reason)
    none = "BASE_MODEL is not set, and the account can train none of the default models."
    return facts.default, " ".join([none, *skipped])


def _check(request: Request, offers: Sequence[ModelOffer] | None) -> Obstacle | SkuOffer | None:
    if offers is not None:
        return check_offers(request, offers, clock.now())
    try:
        return check_region(request, location())
    except ServiceError as error:
        log.warning("the region of the account is not known: %s", error)
        return None


def _obstacle(model: Model, training_type: str, offers: Sequence[ModelOffer] | None) -> str:
    """Why a model is not taken; empty if it can be."""
    request = Request(model, training_type, plan_deployment(model.id))
    found = check_facts(request) or _check(request, offers)
    if isinstance(found, Obstacle):
        return found.message
    offer = find_offer(offers or (), model)
    if offer is not None and not offer.is_for_newcomers:
        return f"{model.id} is deprecated."
    return ""


def _explain(model: str, skipped: Sequence[str], *, asked: bool) -> str:
    can = "that the account can train and deploy" if asked else "(the account cannot be asked)"
    return " ".join([f"BASE_MODEL is not set: {model} is the first default model {can}.", *skipped])
