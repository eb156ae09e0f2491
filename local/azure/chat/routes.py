"""Addresses of chat: the deployment is in the body on v1, in the path on the dated plane."""

from starlette.routing import Route

from local.azure.routing import Planes

from .handlers import ChatHandlers


def routes(planes: Planes, handlers: ChatHandlers) -> list[Route]:
    """`/chat/completions` and `/deployments/{deployment}/chat/completions`."""
    dated = "/deployments/{deployment}/chat/completions"
    return [
        *planes.data_v1("/chat/completions", "POST", handlers.complete),
        planes.data_dated(dated, "POST", handlers.complete),
    ]
