"""Routes of chat: the deployment is in the body on v1, in the path on the dated API."""

from starlette.routing import Route

from local.azure.routing import RouteBuilder

from .handlers import ChatHandlers


def routes(builder: RouteBuilder, handlers: ChatHandlers) -> list[Route]:
    """`/chat/completions` and `/deployments/{deployment}/chat/completions`."""
    dated = "/deployments/{deployment}/chat/completions"
    return [
        *builder.data_v1("/chat/completions", "POST", handlers.complete),
        builder.data_dated(dated, "POST", handlers.complete),
    ]
