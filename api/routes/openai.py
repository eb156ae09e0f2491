"""OpenAI's own routes: a client key, which is the app's to check."""

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response

from api import client_keys
from api.endpoint import door
from api.endpoints import chat

routes = df.Blueprint()


@routes.route(route="v1/chat/completions", methods=["POST"], auth_level=func.AuthLevel.ANONYMOUS)
@routes.durable_client_input(client_name="client")
@door
async def chat_completions(req: Request, client: df.DurableOrchestrationClient) -> Response:
    """Answer as OpenAI's chat completions do, as JSON or as a stream."""
    return await chat.complete(req, client, client_keys.check(req.headers))


@routes.route(route="v1/models", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@door
async def list_models(req: Request) -> Response:
    """What a chat can ask for."""
    client_keys.check(req.headers)
    return await chat.models()


@routes.route(route="v1/models/{id}", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@door
async def retrieve_model(req: Request) -> Response:
    """One of them."""
    client_keys.check(req.headers)
    return await chat.model(req)
