"""The output container: reports of runs."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from shared.clients.refusals import BLOBS
from shared.clients.storage.account import blobs, or_none
from shared.clients.translate import translate_errors

if TYPE_CHECKING:
    from azure.storage.blob import ContainerClient

REPORTS = "reports"
DELETION = "deletion.json"
"""The record of a model's deletion, below the model's name; it holds no prompts."""


class Reports:
    """The output container, made when it is first written to."""

    def __init__(self, container: "ContainerClient") -> None:
        self._container = container

    def write(self, path: str, data: bytes, content_type: str) -> None:
        """Write a whole report; one that is there is replaced.

        Raises:
            ServiceError: if storage refuses.
        """
        from azure.storage.blob import ContentSettings

        def send() -> None:
            self._container.upload_blob(
                path, data, overwrite=True, content_settings=ContentSettings(content_type)
            )

        with translate_errors(BLOBS, f"write {REPORTS}/{path}"):
            _making(self._container.create_container, send)

    def read(self, path: str) -> bytes | None:
        """A whole report; None if there is none at that path."""
        return or_none(
            lambda: self._container.download_blob(path).readall(), f"read {REPORTS}/{path}"
        )

    def delete_older(self, before: datetime) -> int:
        """Delete the reports that were last written before a time, but no record of a deletion.

        Returns:
            How many.

        Raises:
            ServiceError: if storage refuses; some may be deleted already.
        """
        found = or_none(lambda: list(self._container.list_blobs()), f"list {REPORTS}") or []
        old = [
            one.name
            for one in found
            if one.last_modified < before and not one.name.endswith(f"/{DELETION}")
        ]
        for name in old:
            or_none(partial(self._container.delete_blob, name), f"delete {REPORTS}/{name}")
        return len(old)


def reports() -> Reports:
    """The reports of the app's storage account."""
    return Reports(blobs().get_container_client(REPORTS))


def _making(make: Callable[[], object], send: Callable[[], object]) -> None:
    from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError

    try:
        send()
    except ResourceNotFoundError:
        # The container is missing. Somebody else may make it at the same time.
        with suppress(ResourceExistsError):
            make()
        send()
