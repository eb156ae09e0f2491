"""Addresses of uploads, on the dated data plane only."""

from starlette.routing import Route

from local.azure.routing import Planes

from .handlers import UploadHandlers

UPLOAD = "/uploads/{upload}"


def routes(planes: Planes, handlers: UploadHandlers) -> list[Route]:
    """`/uploads…`."""
    return [
        planes.data_dated("/uploads", "POST", handlers.start),
        planes.data_dated(UPLOAD + "/parts", "POST", handlers.add_part),
        planes.data_dated(UPLOAD + "/complete", "POST", handlers.complete),
        planes.data_dated(UPLOAD + "/cancel", "POST", handlers.cancel),
    ]
