"""Routes of files, on the v1 and the dated API."""

from starlette.routing import Route

from local.azure.routing import RouteBuilder

from .handlers import FileHandlers


def routes(builder: RouteBuilder, handlers: FileHandlers) -> list[Route]:
    """`/files…`."""
    return [
        *builder.data("/files", "POST", handlers.upload),
        builder.data_dated("/files/import", "POST", handlers.import_file),
        *builder.data("/files", "GET", handlers.index),
        *builder.data("/files/{file}", "GET", handlers.get),
        *builder.data("/files/{file}", "DELETE", handlers.delete),
        *builder.data("/files/{file}/content", "GET", handlers.content),
    ]
