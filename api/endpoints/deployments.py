"""Deployments: what is live, and until when."""

import asyncio
import logging

from fastapi import Response

from api.endpoint import Access, endpoint
from api.responses import json_response
from api.schemas.deployments import DeploymentFacts, DeploymentList, OtherDeployment
from shared import clock
from shared.errors import TunedropError
from shared.registry import registry
from shared.settings import settings

log = logging.getLogger("tunedrop.api")


@endpoint("GET", "deployments", access=Access.FUNCTION_KEY, response=DeploymentList)
async def list_deployments() -> Response:
    """List deployments, the longest idle first."""
    ours, others = await asyncio.gather(asyncio.to_thread(_live), asyncio.to_thread(_account))
    names = {one.name for one in ours}
    if isinstance(others, str):
        return json_response(DeploymentList(deployments=ours, others_unknown=others))
    foreign = [one for one in others if one.name not in names]
    return json_response(DeploymentList(deployments=ours, others=foreign))


def _live() -> list[DeploymentFacts]:
    from api.presenters.deployments import deployment

    models = {model.model: model for model in registry().models()}
    found = [
        deployment(run, models.get(run.model), settings(), clock.now())
        for run in registry().runs()
        if run.deployment.name
    ]
    return sorted(found, key=lambda one: one.idle_seconds or 0, reverse=True)


def _account() -> list[OtherDeployment] | str:
    """Everything that the account has deployed, or why that is not known."""
    from api.presenters.deployments import other_deployment
    from shared.clients.deployments import deployments

    try:
        return [other_deployment(one) for one in deployments().list()]
    except TunedropError as error:
        # What tunedrop made is known without the service, and worth more than a refusal.
        log.warning("the account's deployments could not be listed: %s", error)
        return str(error)
