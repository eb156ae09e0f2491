"""Handlers of the uploads routes."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.azure.errors import invalid
from local.azure.files.expiry import from_json
from local.azure.files.handlers import check_purpose, store_file, text_field
from local.azure.files.multipart import FormReader
from local.azure.files.state import MAX_UPLOAD_BYTES, Files
from local.azure.routing import json_object

from .errors import part_too_large
from .state import Upload, Uploads

MAX_PART = 64 * 2**20


class UploadHandlers:
    """Start, add part, complete, cancel."""

    def __init__(self, uploads: Uploads, files: Files) -> None:
        self._uploads, self._files = uploads, files

    async def start(self, request: Request) -> Response:
        """Announces a file: purpose, filename, bytes, mime_type."""
        body = await json_object(request)
        check_purpose(str(body.get("purpose")))
        size, name = body.get("bytes"), text_field(body, "filename")
        text_field(body, "mime_type")
        if not isinstance(size, int) or isinstance(size, bool) or not 0 < size <= MAX_UPLOAD_BYTES:
            raise invalid(f"bytes {size!r} must be from 1 to {MAX_UPLOAD_BYTES}", "bytes")
        lifetime = from_json(body.get("expires_after"))
        upload = self._uploads.start(name, body["purpose"], size, lifetime)
        version = request.query_params["api-version"]
        location = f"{request.url.replace(query='')}/{upload.id}?api-version={version}"
        return JSONResponse(upload.to_json(), headers={"Location": location})

    async def add_part(self, request: Request) -> Response:
        """Takes a multipart form with `data`."""
        upload = self._uploads.get_pending(request.path_params["upload"])
        incoming = self._files.scratch()
        kind = request.headers.get("content-type", "")
        reader = FormReader(kind, "data", incoming, MAX_PART, part_too_large(MAX_PART))
        try:
            if not (await reader.read(request.stream())).has_file:
                raise invalid("The form field 'data' is missing", "data")
            # It may have been completed, cancelled or expired while the part came in.
            self._uploads.get_pending(upload.id)
            return JSONResponse(self._uploads.add_part(upload, incoming))
        finally:
            incoming.unlink(missing_ok=True)

    async def complete(self, request: Request) -> Response:
        """Makes a file of the parts, in the order given."""
        body = await json_object(request)
        with self._uploads.lock(request.path_params["upload"]) as upload:
            return JSONResponse(await self._complete(upload, body))

    async def _complete(self, upload: Upload, body: dict[str, Any]) -> dict[str, Any]:
        parts = body.get("part_ids")
        if not isinstance(parts, list) or not parts:
            raise invalid("part_ids must be a non-empty list", "part_ids")
        md5 = body.get("md5")
        if not isinstance(md5, str | None):
            raise invalid(f"md5 {md5!r} must be a string", "md5")
        joined = self._uploads.join(upload, [str(part) for part in parts], md5)
        try:
            stored = await store_file(
                self._files,
                joined,
                upload.filename,
                upload.purpose,
                whole=False,
                lifetime=self._uploads.lifetime(upload),
            )
        finally:
            joined.unlink(missing_ok=True)
        done = self._uploads.finish(upload, "completed", stored.id)
        return done.to_json(stored.to_json())

    async def cancel(self, request: Request) -> Response:
        """Gives an upload up."""
        upload = self._uploads.get_pending(request.path_params["upload"])
        return JSONResponse(self._uploads.finish(upload, "cancelled").to_json())
