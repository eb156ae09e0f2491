"""Handlers of the files routes."""

import asyncio
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from local.azure.errors import internal_error, invalid
from local.azure.routing import created_response, is_v1, json_object

from . import state
from .dataset import Profile, profile
from .errors import (
    bad_purpose,
    file_too_large,
    missing_field,
    unexpected_state,
)
from .expiry import from_form
from .multipart import Form, FormReader
from .source import fetch
from .state import MAX_FILE_BYTES, MAX_UPLOAD_BYTES, Files, StoredFile

PURPOSES = {"assistants", "batch", "fine-tune", "evals"}


class FileHandlers:
    """Upload, import, list, get, contents, delete.

    `large_forms`: whether files from `LARGE_FORM_BYTES` on are accepted in one multipart form.
    """

    def __init__(self, files: Files, *, large_forms: bool) -> None:
        self._files, self._large_forms = files, large_forms

    async def upload(self, request: Request) -> Response:
        """Takes a multipart form with `purpose` and `file`."""
        incoming = self._files.scratch()
        try:
            form = await _read(request, incoming)
            if form.size >= state.LARGE_FORM_BYTES and not self._large_forms:
                # As at the service: late, when every byte has arrived.
                raise internal_error()
            name, purpose = form.filename or "", form.fields["purpose"]
            lifetime = from_form(form.fields)
            stored = await store_file(self._files, incoming, name, purpose, lifetime=lifetime)
        finally:
            incoming.unlink(missing_ok=True)
        return created_response(request, f"/files/{stored.id}", stored.to_json())

    async def import_file(self, request: Request) -> Response:
        """Imports a file from an address (dated API only)."""
        body = await json_object(request)
        check_purpose(str(body.get("purpose")))
        name, url = text_field(body, "filename"), text_field(body, "content_url")
        incoming = self._files.scratch()
        try:
            await asyncio.to_thread(fetch, url, incoming, MAX_UPLOAD_BYTES)
            stored = await store_file(self._files, incoming, name, body["purpose"], whole=False)
        finally:
            incoming.unlink(missing_ok=True)
        return created_response(request, f"/files/{stored.id}", stored.to_json())

    async def index(self, request: Request) -> Response:
        """All files; there are no pages, and `has_more` is always false so that SDKs stop."""
        data = [file.to_json() for file in self._files.every(request.query_params.get("purpose"))]
        body = {"object": "list", "data": data, "has_more": False}
        if is_v1(request):
            body |= {"first_id": data[0]["id"] if data else "", "last_id": _last_id(data)}
        return JSONResponse(body)

    async def get(self, request: Request) -> Response:
        """One file with its processing state."""
        return JSONResponse(self._files.get(request.path_params["file"], count_read=True).to_json())

    async def content(self, request: Request) -> Response:
        """The bytes of a file that has been processed."""
        stored = self._files.get(request.path_params["file"])
        if stored.status in {"pending", "running"}:
            raise unexpected_state(f"File '{stored.id}'", stored.status, "a processed file")
        return FileResponse(
            self._files.content(stored.id),
            media_type="application/octet-stream",
            filename=stored.filename,
        )

    async def delete(self, request: Request) -> Response:
        """Removes a file."""
        identity = request.path_params["file"]
        self._files.delete(identity)
        return JSONResponse({"id": identity, "object": "file", "deleted": True})


async def store_file(
    files: Files,
    incoming: Path,
    filename: str,
    purpose: str,
    *,
    whole: bool = True,
    lifetime: int | None = None,
) -> StoredFile:
    """Checks and keeps bytes that have arrived, whichever way they came.

    `lifetime`: the seconds after which the file is gone, None for never.

    Raises:
        ServiceError: 400 for a purpose or a name that the service does not take, or no room.
    """
    check_purpose(purpose)
    if not filename:
        raise invalid("The file name is missing", "file")
    found: Profile | None = None
    if purpose == "fine-tune":
        # A large file takes seconds to read; other callers go on meanwhile.
        found = await asyncio.to_thread(profile, incoming)
    return files.add(incoming, filename, purpose, found, whole=whole, lifetime=lifetime)


def check_purpose(purpose: str) -> None:
    """Raises a 400 for a purpose that uploads cannot have."""
    if purpose not in PURPOSES:
        raise bad_purpose(purpose)


def text_field(body: dict[str, Any], name: str) -> str:
    """A field of a JSON body that must be a string.

    Raises:
        ServiceError: 400 if it is missing, empty or anything else.
    """
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise missing_field(name, value)
    return value


async def _read(request: Request, incoming: Path) -> Form:
    reader = FormReader(
        request.headers.get("content-type", ""),
        "file",
        incoming,
        MAX_FILE_BYTES,
        file_too_large(MAX_FILE_BYTES),
    )
    form = await reader.read(request.stream())
    if form.filename is None:
        raise invalid("The form field 'file' is missing", "file")
    if "purpose" not in form.fields:
        raise invalid("The form field 'purpose' is missing", "purpose")
    check_purpose(form.fields["purpose"])
    return form


def _last_id(data: list[dict[str, object]]) -> object:
    return data[-1]["id"] if data else ""
