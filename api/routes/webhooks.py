"""What the service tells by itself; the signature is the key."""

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response

from api.endpoint import door
from api.endpoints import webhooks

routes = df.Blueprint()


@routes.route(route="webhooks/openai", methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
@routes.durable_client_input(client_name="client")
@door
async def take_webhook(req: Request, client: df.DurableOrchestrationClient) -> Response:
    """Take an event of the service."""
    return await webhooks.told(req, client)
