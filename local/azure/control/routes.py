"""Routes of the control API."""

from starlette.routing import Route

from local.azure.routing import RouteBuilder

from .handlers import ControlHandlers


def routes(builder: RouteBuilder, handlers: ControlHandlers) -> list[Route]:
    """`/control/…`, open to everybody on this machine; only there with `--control`."""
    return [
        builder.open("/control/reset", "POST", handlers.reset),
        builder.open("/control/clock", "POST", handlers.clock),
        builder.open("/control/transitions", "POST", handlers.transitions),
        builder.open("/control/filters", "POST", handlers.filters),
        builder.open("/control/faults", "GET", handlers.faults),
        builder.open("/control/faults", "POST", handlers.add_fault),
        builder.open("/control/faults", "DELETE", handlers.clear_faults),
        builder.open("/control/requests", "GET", handlers.requests),
        builder.open("/control/state", "GET", handlers.state),
        builder.open("/control/bill", "GET", handlers.bill),
        builder.open("/control/prices", "POST", handlers.set_prices),
    ]
