"""Routes of the control API."""

from starlette.routing import Route

from local.azure.routing import RouteBuilder

from .handlers import ControlHandlers


def routes(builder: RouteBuilder, handlers: ControlHandlers) -> list[Route]:
    """`/control/…`, open to everybody on this machine; only there with `--control`."""
    return [
        builder.open_route("/control/reset", "POST", handlers.reset),
        builder.open_route("/control/clock", "POST", handlers.clock),
        builder.open_route("/control/transitions", "POST", handlers.transitions),
        builder.open_route("/control/filters", "POST", handlers.filters),
        builder.open_route("/control/roles", "POST", handlers.roles),
        builder.open_route("/control/faults", "GET", handlers.faults),
        builder.open_route("/control/faults", "POST", handlers.add_fault),
        builder.open_route("/control/faults", "DELETE", handlers.clear_faults),
        builder.open_route("/control/requests", "GET", handlers.requests),
        builder.open_route("/control/state", "GET", handlers.state),
        builder.open_route("/control/bill", "GET", handlers.bill),
        builder.open_route("/control/prices", "POST", handlers.set_prices),
    ]
