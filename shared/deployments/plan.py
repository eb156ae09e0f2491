"""How a tuned model is deployed: by the settings, as far as its base model can be had so."""

from dataclasses import dataclass

from shared.models import DEFAULT_FORMAT, find_model
from shared.settings import settings


@dataclass(frozen=True, slots=True)
class DeploymentPlan:
    """What a deployment is asked for with.

    Attributes:
        sku: `DEPLOYMENT_SKU`, or the only SKU that the model has.
        capacity: `DEPLOYMENT_CAPACITY` in thousands of tokens per minute, at least what the model
            needs.
        formats: Whose model it is; further ones are tried where the service answers 500.
    """

    sku: str
    capacity: int
    formats: tuple[str, ...]


def plan_deployment(base_model: str) -> DeploymentPlan:
    """The plan for models tuned from a base model; one that is not known goes by the settings."""
    wanted, model = settings(), find_model(base_model)
    if model is None:
        return DeploymentPlan(wanted.deployment_sku, wanted.deployment_capacity, (DEFAULT_FORMAT,))
    capacity = max(wanted.deployment_capacity, model.capacity)
    formats = (model.format, *model.other_formats)
    return DeploymentPlan(model.sku(wanted.deployment_sku), capacity, formats)
