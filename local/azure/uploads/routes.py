"""Routes of uploads, on the dated API only."""

from starlette.routing import Route

from local.azure.routing import RouteBuilder

from .handlers import UploadHandlers

UPLOAD = "/uploads/{upload}"


def routes(builder: RouteBuilder, handlers: UploadHandlers) -> list[Route]:
    """`/uploads…`."""
    return [
        builder.dated_route("/uploads", "POST", handlers.start),
        builder.dated_route(UPLOAD + "/parts", "POST", handlers.add_part),
        builder.dated_route(UPLOAD + "/complete", "POST", handlers.complete),
        builder.dated_route(UPLOAD + "/cancel", "POST", handlers.cancel),
    ]
