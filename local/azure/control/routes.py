"""Addresses of the side-door."""

from starlette.routing import Route

from local.azure.routing import Planes

from .handlers import ControlHandlers


def routes(planes: Planes, handlers: ControlHandlers) -> list[Route]:
    """`/control/…`, open to everybody on this machine; only there with `--control`."""
    return [
        planes.open("/control/reset", "POST", handlers.reset),
        planes.open("/control/clock", "POST", handlers.clock),
        planes.open("/control/transitions", "POST", handlers.transitions),
        planes.open("/control/filters", "POST", handlers.filters),
        planes.open("/control/faults", "GET", handlers.faults),
        planes.open("/control/faults", "POST", handlers.add_fault),
        planes.open("/control/faults", "DELETE", handlers.clear_faults),
        planes.open("/control/requests", "GET", handlers.requests),
        planes.open("/control/state", "GET", handlers.state),
        planes.open("/control/bill", "GET", handlers.bill),
        planes.open("/control/prices", "POST", handlers.set_prices),
    ]
