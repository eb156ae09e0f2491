"""What operators ask of the use."""

import azure.durable_functions as df
from azurefunctions.extensions.http.fastapi import Request, Response

from api.endpoint import door
from api.endpoints import usage

routes = df.Blueprint()


@routes.route(route="usage", methods=["GET"])
@door
async def show_usage(req: Request) -> Response:
    """Use by client key, model or day."""
    return await usage.usage(req)
