"""Routes of uploads, on the dated API only."""

from starlette.routing import Route

from local.azure.routing import RouteBuilder

from .handlers import UploadHandlers

UPLOAD = "/uploads/{upload}"


def routes(builder: RouteBuilder, handlers: UploadHandlers) -> list[Route]:
    """`/uploads…`."""
    return [
        builder.data_dated("/uploads", "POST", handlers.start),
        builder.data_dated(UPLOAD + "/parts", "POST", handlers.add_part),
        builder.data_dated(UPLOAD + "/complete", "POST", handlers.complete),
        builder.data_dated(UPLOAD + "/cancel", "POST", handlers.cancel),
    ]
