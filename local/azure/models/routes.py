"""Addresses of models, on both data planes."""

from starlette.routing import Route

from local.azure.routing import Planes

from .handlers import ModelHandlers


def routes(planes: Planes, handlers: ModelHandlers) -> list[Route]:
    """`/models…`."""
    return [
        *planes.data("/models", "GET", handlers.index),
        *planes.data("/models/{model}", "GET", handlers.get),
    ]
