"""The deployment of the model that a run was tuned from, which the tuned model is compared with.

Another base would make the comparison worthless. `BASE_DEPLOYMENT` is taken if it serves that
model, else any other deployment of it in the account, else one that is made for the comparison and
deleted after it. That one is charged by the token, so it costs nothing while nobody asks it.
"""

import logging

from shared.clients.deployments import SUCCEEDED, DeploymentFacts, deployments
from shared.errors import TunedropError
from shared.models import Model, find_model
from shared.registry import Run, registry
from shared.registry.state import Phase
from shared.settings import settings

log = logging.getLogger("tunedrop.deployments")

#: Of the names of deployments that are made for a comparison; no other run relies on them.
PREFIX = "tunedrop-base-"
#: The SKUs that are charged by the token. What is deployed in one region or zone stays there for
#: the comparison, too, since prompts go to it.
_BY_TOKEN = ("Standard", "DataZoneStandard", "GlobalStandard")


def find_base(base_model: str) -> str | None:
    """The name of a deployment that serves a base model and stays; None if there is none.

    Args:
        base_model: As a job names it; may be a tuned model that was tuned again.

    Raises:
        ServiceError: if the service does not say.
    """
    names = [
        one.name
        for one in deployments().list()
        if one.state == SUCCEEDED
        and not one.name.startswith(PREFIX)
        and _is_served(base_model, one)
    ]
    wanted = settings().base_deployment
    return wanted if wanted in names else min(names, default=None)


def refusal_reason(base_model: str) -> str:
    """Why no deployment can be made for a comparison; empty if one can, as far as is known."""
    if ".ft-" in base_model:
        # A second tuned model would be charged by the hour.
        return f"No deployment serves the tuned model {base_model}. Deploy it to compare with it."
    known = find_model(base_model)
    if known is None or not known.version:
        return (
            f"No deployment serves {base_model}, and its version is not known. Deploy it, or add "
            "it to MODEL_FACTS."
        )
    return ""


def base_name(run: Run) -> str:
    """The name of the deployment that is made for a run's comparison."""
    return f"{PREFIX}{run.id.rpartition('-')[2]}"


def deploy_base(run: Run) -> DeploymentFacts | None:
    """Begin to deploy a run's base model for its comparison; None if the comparison is over.

    Raises:
        ServiceError: if the service refuses.
    """
    name = base_name(run)

    def record(row: Run) -> Run:
        compares = row.phase == Phase.EVALUATING and row.attempt == run.attempt
        return row.with_evaluation(base_deployment=name) if compares else row

    # The name goes into the registry first, so that the deployment is deleted after any crash.
    if registry().change(run.id, record).evaluation.base_deployment != name:
        return None
    model, now = _known(run.training.base_model), settings()
    sku = now.deployment_sku if now.deployment_sku in _BY_TOKEN else "GlobalStandard"
    return deployments().put(
        name,
        model=model.name,
        version=model.version,
        sku=sku,
        capacity=now.deployment_capacity,
        content_filter=now.content_filter,
        model_format=model.format,
    )


def delete_base(run_id: str) -> None:
    """Delete the deployment that was made for a run's comparison, if there is one.

    Raises:
        ServiceError: if the service refuses; the row keeps the name.
    """
    name = registry().get(run_id).evaluation.base_deployment
    if name:
        deployments().delete(name)
        registry().change(run_id, lambda row: row.with_evaluation(base_deployment=""))


def delete_leftover_base(run_id: str) -> None:
    """The same where nobody may be held up by it: what is refused is left to the daily round."""
    try:
        delete_base(run_id)
    except TunedropError as error:
        log.warning("%s: the base deployment is deleted tomorrow: %s", run_id, error)


def _is_served(base_model: str, found: DeploymentFacts) -> bool:
    if base_model == found.model:
        return True
    if found.is_tuned or ".ft-" in base_model:
        return False
    known = find_model(base_model)
    identity = f"{found.model}-{found.version}" if found.version else found.model
    return identity in ((known.id, known.name) if known else (base_model,))


def _known(base_model: str) -> Model:
    known = find_model(base_model)
    if known is None:
        raise ValueError(base_model)
    return known
