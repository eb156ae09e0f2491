"""Addresses of files, on both data planes."""

from starlette.routing import Route

from local.azure.routing import Planes

from .handlers import FileHandlers


def routes(planes: Planes, handlers: FileHandlers) -> list[Route]:
    """`/files…`."""
    return [
        *planes.data("/files", "POST", handlers.upload),
        planes.data_dated("/files/import", "POST", handlers.fetch),
        *planes.data("/files", "GET", handlers.index),
        *planes.data("/files/{file}", "GET", handlers.get),
        *planes.data("/files/{file}", "DELETE", handlers.delete),
        *planes.data("/files/{file}/content", "GET", handlers.content),
    ]
