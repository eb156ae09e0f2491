"""What operators do with a model: wake, pin, delete."""

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response

from api.endpoint import door
from api.endpoints import deletion, lifecycle

routes = df.Blueprint()


@routes.route(route="models/{name}/wake", methods=["POST"], auth_level=func.AuthLevel.ADMIN)
@routes.durable_client_input(client_name="client")
@door
async def wake_model(req: Request, client: df.DurableOrchestrationClient) -> Response:
    """Bring back a model that is asleep."""
    return await lifecycle.woken(req, client)


@routes.route(route="models/{name}/pin", methods=["POST"], auth_level=func.AuthLevel.ADMIN)
@door
async def pin_model(req: Request) -> Response:
    """Exempt a model from being deleted for idleness."""
    return await lifecycle.pinned(req)


@routes.route(route="models/{name}/pin", methods=["DELETE"], auth_level=func.AuthLevel.ADMIN)
@door
async def unpin_model(req: Request) -> Response:
    """Take the pin away."""
    return await lifecycle.unpinned(req)


@routes.route(route="models/{name}", methods=["DELETE"], auth_level=func.AuthLevel.ADMIN)
@routes.durable_client_input(client_name="client")
@door
async def delete_model(req: Request, client: df.DurableOrchestrationClient) -> Response:
    """Delete a model with everything that it has at the service."""
    return await deletion.deleted(req, client)
