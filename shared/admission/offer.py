"""Whether the account can train a model and deploy the result: known before the training is paid.

What the account says itself decides. The data file of models serves only where it cannot be asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.clients.account import ModelOffer, SkuOffer, find_offer
from shared.deployments.plan import DeploymentPlan
from shared.models import DEFAULT_FORMAT, Model
from shared.models.price import kind_name

_STANDARD = "standard"


@dataclass(frozen=True)
class Obstacle:
    """Why a run cannot succeed: a code, one sentence, and what to change."""

    code: str
    message: str
    hint: str


@dataclass(frozen=True)
class Request:
    """What a run needs of the account."""

    model: Model
    training_type: str
    plan: DeploymentPlan


def check_facts(request: Request) -> Obstacle | None:
    """What the model cannot do anywhere."""
    model, plan = request.model, request.plan
    if request.training_type and not _among(request.training_type, model.training_types):
        return Obstacle(
            "training_type_not_offered",
            f"{model.id} cannot be trained as {request.training_type}.",
            _other_type(model.training_types),
        )
    if not model.skus:
        return Obstacle(
            "model_not_deployable",
            f"Models tuned from {model.id} can only be deployed on managed compute, which tunedrop "
            "does not create.",
            "Set BASE_MODEL (or base_model of the dataset) to another model.",
        )
    if not _among(plan.sku, model.skus):
        return Obstacle(
            "sku_not_offered",
            f"Models tuned from {model.id} cannot be deployed as {plan.sku}.",
            f"Set DEPLOYMENT_SKU to {_either(model.skus)}.",
        )
    return None


def check_region(request: Request, region: str) -> Obstacle | None:
    """What the data file says of a region, for an account that does not say what it offers."""
    model = request.model
    trains, deploys = model.standard_training, model.standard_deployment
    if request.training_type.lower() == _STANDARD and trains and region not in trains:
        return Obstacle(
            "training_type_not_offered",
            f"{model.id} is trained as Standard in {_either(trains)}, not in {region}.",
            _other_type(["GlobalStandard"]),
        )
    if request.plan.sku.lower() == _STANDARD and deploys and region not in deploys:
        return Obstacle(
            "sku_not_offered",
            f"Models tuned from {model.id} are deployed as Standard in {_either(deploys)}, not in "
            f"{region}.",
            "Set DEPLOYMENT_SKU to GlobalStandard.",
        )
    return None


def check_offers(
    request: Request, offers: Iterable[ModelOffer], now: datetime
) -> Obstacle | SkuOffer | None:
    """What the account says of the run.

    Returns:
        Why it cannot succeed; else the SKU of its deployment, with its quota; None where the
        account names no SKU for tuned models.
    """
    model, offers = request.model, list(offers)
    offer = find_offer(offers, model)
    if offer is None:
        # The catalogue may name an open-weight model otherwise than jobs do.
        return _not_offered(model, offers) if model.format == DEFAULT_FORMAT else None
    if offer.can_tune is False and model.format == DEFAULT_FORMAT:
        return _not_offered(model, offers)
    if offer.training_ends is not None and offer.training_ends <= now:
        return Obstacle(
            "training_ended",
            f"The training of {model.id} ended on {offer.training_ends:%Y-%m-%d}.",
            _other_model(offers),
        )
    return _check_sku(request, offer, now) if offer.tuned_skus else None


def _check_sku(request: Request, offer: ModelOffer, now: datetime) -> Obstacle | SkuOffer:
    model, plan = request.model, request.plan
    open_skus = [sku for sku in offer.tuned_skus if sku.ends is None or sku.ends > now]
    sku = next((one for one in open_skus if _among(plan.sku, [one.name])), None)
    if sku is None:
        names = [one.name for one in open_skus]
        return Obstacle(
            "sku_not_offered",
            f"The account does not offer {plan.sku} for models tuned from {model.id}.",
            f"Set DEPLOYMENT_SKU to {_either(names)}." if names else _other_model(()),
        )
    return _check_capacity(plan.capacity, sku) or sku


def _check_capacity(capacity: int, sku: SkuOffer) -> Obstacle | None:
    least, most, step = sku.minimum or 1, sku.maximum, sku.step or 1
    in_range = capacity >= least and (most is None or capacity <= most)
    if in_range and capacity % step == 0:
        return None
    steps = f", in steps of {step}" if step > 1 else ""
    upper = f" to {most}" if most is not None else " or more"
    return Obstacle(
        "capacity_not_offered",
        f"A deployment with SKU {sku.name} needs a capacity of {least}{upper}{steps}; "
        f"{capacity} is configured.",
        "Change DEPLOYMENT_CAPACITY.",
    )


def _not_offered(model: Model, offers: Iterable[ModelOffer]) -> Obstacle:
    return Obstacle(
        "model_not_offered",
        f"The account does not offer {model.id} for tuning.",
        _other_model(offers),
    )


def _other_type(names: Iterable[str]) -> str:
    return f"Set TRAINING_TYPE (or training_type of the dataset) to {_either(names)}."


def _other_model(offers: Iterable[ModelOffer]) -> str:
    names = sorted({f"{one.name} {one.version}" for one in offers if one.can_tune})
    known = f"; it offers {', '.join(names)}" if names else ""
    return f"Set BASE_MODEL (or base_model of the dataset) to another model{known}."


def _among(name: str, names: Iterable[str]) -> bool:
    return kind_name(name) in {kind_name(one) for one in names}


def _either(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last
