"""Routes of the emulated managed identity."""

from starlette.routing import Route

from local.azure.routing import RouteBuilder

from .handlers import IdentityHandlers


def routes(builder: RouteBuilder, handlers: IdentityHandlers) -> list[Route]:
    """`/msi/token`, for IDENTITY_ENDPOINT."""
    return [builder.open_route("/msi/token", "GET", handlers.token)]
