"""What the app says of itself."""

import os

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response

from api.endpoint import door
from api.endpoints import health as status
from api.openapi import document

routes = df.Blueprint()


@routes.route(route="health", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@door
async def health(req: Request) -> Response:  # noqa: ARG001  the binding has this name
    """Whether the app is set up."""
    return status.health(os.environ)


@routes.route(route="openapi.json", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@door
async def openapi(req: Request) -> Response:
    """The document of these routes."""
    return document(req)
