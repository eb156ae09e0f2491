"""Routes of chat: the deployment is in the body on v1, in the path on the dated API."""

from starlette.routing import Route

from local.azure.routing import RouteBuilder

from .handlers import ChatHandlers


def routes(builder: RouteBuilder, handlers: ChatHandlers) -> list[Route]:
    """`/chat/completions` and `/deployments/{deployment}/chat/completions`."""
    dated = "/deployments/{deployment}/chat/completions"
    return [
        *builder.v1_routes("/chat/completions", "POST", handlers.complete),
        builder.dated_route(dated, "POST", handlers.complete),
    ]
