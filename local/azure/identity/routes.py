"""Addresses of the emulated managed identity."""

from starlette.routing import Route

from local.azure.routing import Planes

from .handlers import IdentityHandlers


def routes(planes: Planes, handlers: IdentityHandlers) -> list[Route]:
    """`/msi/token`, for IDENTITY_ENDPOINT."""
    return [planes.open("/msi/token", "GET", handlers.token)]
