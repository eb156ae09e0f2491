"""Routes of the public price list, which asks for no credential."""

from starlette.routing import Route

from local.azure.routing import RouteBuilder

from .handlers import list_prices


def routes(builder: RouteBuilder) -> list[Route]:
    """`/api/retail/prices`."""
    return [builder.open_route("/api/retail/prices", "GET", list_prices)]
