"""The door of deployments: what is live, and until when."""

import asyncio

from fastapi import Request, Response

from doors import views
from doors.answers import body
from doors.bodies import DeploymentFacts, DeploymentList
from shared import clock
from shared.registry import registry
from shared.settings import settings


async def listed(request: Request) -> Response:  # noqa: ARG001  every door takes its request
    """`GET deployments`."""
    return body(DeploymentList(deployments=await asyncio.to_thread(_live)))


def _live() -> list[DeploymentFacts]:
    models = {model.model: model for model in registry().models()}
    found = [
        views.deployment(version, models.get(version.model), settings(), clock.now())
        for version in registry().runs()
        if version.deployment
    ]
    return sorted(found, key=lambda one: one.idle_seconds or 0, reverse=True)
