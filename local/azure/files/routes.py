"""Routes of files, on the v1 and the dated API."""

from starlette.routing import Route

from local.azure.routing import RouteBuilder

from .handlers import FileHandlers


def routes(builder: RouteBuilder, handlers: FileHandlers) -> list[Route]:
    """`/files…`."""
    return [
        *builder.data_routes("/files", "POST", handlers.upload),
        builder.dated_route("/files/import", "POST", handlers.import_file),
        *builder.data_routes("/files", "GET", handlers.index),
        *builder.data_routes("/files/{file}", "GET", handlers.get),
        *builder.data_routes("/files/{file}", "DELETE", handlers.delete),
        *builder.data_routes("/files/{file}/content", "GET", handlers.content),
    ]
