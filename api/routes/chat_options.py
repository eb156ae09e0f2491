"""What operators set of a model's chat."""

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response

from api.endpoint import door
from api.endpoints import chat_options

routes = df.Blueprint()


@routes.route(route="models/{name}/raw", methods=["POST"], auth_level=func.AuthLevel.ADMIN)
@door
async def set_raw(req: Request) -> Response:
    """Let a model take messages as they come."""
    return await chat_options.switched_off(req)


@routes.route(route="models/{name}/raw", methods=["DELETE"], auth_level=func.AuthLevel.ADMIN)
@door
async def unset_raw(req: Request) -> Response:
    """Add its system message and examples again."""
    return await chat_options.switched_on(req)


@routes.route(route="models/{name}/refresh", methods=["POST"], auth_level=func.AuthLevel.ADMIN)
@door
async def refresh_model(req: Request) -> Response:
    """Read what chat adds from `<name>.tune.json` again."""
    return await chat_options.refreshed(req)
