"""Models, their versions, and which of them is in front."""

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response

from api.endpoint import door
from api.endpoints import models, versions

routes = df.Blueprint()


@routes.route(route="models", methods=["GET"])
@door
async def list_tuned_models(req: Request) -> Response:
    """Models, by name."""
    return await models.listed(req)


@routes.route(route="models/{name}", methods=["GET"])
@door
async def show_model(req: Request) -> Response:
    """One model with all its versions."""
    return await models.shown(req)


@routes.route(route="models/{name}/card", methods=["GET"])
@door
async def show_card(req: Request) -> Response:
    """The same as a model card."""
    return await models.carded(req)


@routes.route(route="models/{name}/rollback", methods=["POST"], auth_level=func.AuthLevel.ADMIN)
@routes.durable_client_input(client_name="client")
@door
async def rollback_model(req: Request, client: df.DurableOrchestrationClient) -> Response:
    """Put the previous version back."""
    return await versions.rolled_back(req, client)


@routes.route(route="models/{name}/promote", methods=["POST"], auth_level=func.AuthLevel.ADMIN)
@routes.durable_client_input(client_name="client")
@door
async def promote_model(req: Request, client: df.DurableOrchestrationClient) -> Response:
    """Put a version in front."""
    return await versions.promoted(req, client)
