"""Routes of models, on the v1 and the dated API."""

from starlette.routing import Route

from local.azure.routing import RouteBuilder

from .handlers import ModelHandlers


def routes(builder: RouteBuilder, handlers: ModelHandlers) -> list[Route]:
    """`/models…`."""
    return [
        *builder.data_routes("/models", "GET", handlers.index),
        *builder.data_routes("/models/{model}", "GET", handlers.get),
    ]
