"""Uploads under way, and the parts that have arrived."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.azure.clock import Clock
from local.azure.database import Database
from local.azure.files.state import MAX_UPLOAD_BYTES, Files

from .errors import (
    not_pending,
    unknown_part,
    upload_not_found,
    upload_too_large,
    wrong_checksum,
    wrong_size,
)

LIFETIME = 2 * 3600
SCHEMA = """
CREATE TABLE IF NOT EXISTS uploads (
    id TEXT PRIMARY KEY, created_at REAL NOT NULL, filename TEXT NOT NULL, purpose TEXT NOT NULL,
    bytes INTEGER NOT NULL, status TEXT NOT NULL DEFAULT 'pending', file TEXT
);
CREATE TABLE IF NOT EXISTS upload_lifetimes (upload TEXT PRIMARY KEY, seconds INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS upload_parts (
    id TEXT PRIMARY KEY, upload TEXT NOT NULL, created_at REAL NOT NULL
);
"""
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Upload:
    """One upload as it is now."""

    id: str
    created_at: float
    filename: str
    purpose: str
    bytes: int
    status: str
    file: str | None

    def to_json(self, file: dict[str, Any] | None = None) -> dict[str, Any]:
        """The upload object; `file` is what it became."""
        return {
            "id": self.id,
            "object": "upload",
            "created_at": int(self.created_at),
            "expires_at": int(self.created_at) + LIFETIME,
            "bytes": self.bytes,
            "filename": self.filename,
            "purpose": self.purpose,
            "status": self.status,
        } | ({"file": file} if file else {})


class Uploads:
    """Start, add parts, complete, cancel."""

    def __init__(self, database: Database, clock: Clock, files: Files) -> None:
        self._database, self._clock, self._files = database, clock, files
        # In memory: what a kill cuts off can be completed again.
        self._completing: set[str] = set()
        database.define(SCHEMA)

    def start(self, filename: str, purpose: str, size: int, lifetime: int | None = None) -> Upload:
        """Announces a file of `size` bytes, to be kept for `lifetime` seconds."""
        self._expire()
        identity = f"upload-{secrets.token_hex(16)}"
        self._database.insert(
            "uploads",
            id=identity,
            created_at=self._clock.now(),
            filename=filename,
            purpose=purpose,
            bytes=size,
        )
        if lifetime is not None:
            self._database.insert("upload_lifetimes", upload=identity, seconds=lifetime)
        return self.get_pending(identity)

    def lifetime(self, upload: Upload) -> int | None:
        """The seconds for which the file is kept once it is complete; None for good."""
        sql = "SELECT seconds FROM upload_lifetimes WHERE upload = ?"
        return self._database.number(sql, upload.id) or None

    def get_pending(self, identity: str) -> Upload:
        """An upload that still takes parts.

        Raises:
            ServiceError: 404 if it is not there, 400 if it is over or older than two hours.
        """
        self._expire()
        row = self._database.row("SELECT * FROM uploads WHERE id = ?", identity)
        if row is None:
            raise upload_not_found(identity)
        upload = Upload(**dict(row))
        status = "completed" if identity in self._completing else upload.status
        if status != "pending":
            raise not_pending(identity, status)
        return upload

    @contextmanager
    def lock(self, identity: str) -> Iterator[Upload]:
        """An upload that nobody else can complete, cancel or add to meanwhile.

        Raises:
            ServiceError: As `pending`.
        """
        upload = self.get_pending(identity)
        self._completing.add(identity)
        try:
            yield upload
        finally:
            self._completing.discard(identity)

    def add_part(self, upload: Upload, incoming: Path) -> dict[str, Any]:
        """Keeps a part and returns its object.

        Raises:
            ServiceError: 413 if all parts together exceed what an upload can have.
        """
        sizes = (self._files.content(part).stat().st_size for part in self._parts(upload))
        if sum(sizes) + incoming.stat().st_size > MAX_UPLOAD_BYTES:
            raise upload_too_large(MAX_UPLOAD_BYTES)
        identity = f"part-{secrets.token_hex(16)}"
        incoming.rename(self._files.content(identity))
        now = self._clock.now()
        self._database.insert("upload_parts", id=identity, upload=upload.id, created_at=now)
        return {
            "id": identity,
            "object": "upload.part",
            "created_at": int(now),
            "upload_id": upload.id,
            "azure_block_id": secrets.token_hex(8),
        }

    def join(self, upload: Upload, parts: list[str], md5: str | None) -> Path:
        """Writes the parts in the order given into one new file.

        Raises:
            ServiceError: 400 for a part of another upload, a wrong size or checksum.
        """
        known = self._parts(upload)
        for part in parts:
            if part not in known:
                raise unknown_part(part)
        target = self._files.scratch()
        digest = self._concatenate(parts, target)
        size = target.stat().st_size
        if size != upload.bytes or (md5 and md5.lower() != digest):
            target.unlink()
            raise wrong_checksum() if size == upload.bytes else wrong_size(upload.bytes, size)
        return target

    def finish(self, upload: Upload, status: str, file: str | None = None) -> Upload:
        """Ends an upload and drops its parts."""
        self._database.update("uploads", "id", upload.id, status=status, file=file)
        for part in self._parts(upload):
            self._files.content(part).unlink(missing_ok=True)
        self._database.change("DELETE FROM upload_parts WHERE upload = ?", upload.id)
        return Upload(**vars(upload) | {"status": status, "file": file})

    def _parts(self, upload: Upload) -> set[str]:
        sql = "SELECT id FROM upload_parts WHERE upload = ?"
        return {row["id"] for row in self._database.rows(sql, upload.id)}

    def _expire(self) -> None:
        """Ends the uploads that are older than two hours; one that is being completed goes on."""
        sql = "SELECT * FROM uploads WHERE status = 'pending' AND created_at <= ?"
        for row in self._database.rows(sql, self._clock.now() - LIFETIME):
            if row["id"] not in self._completing:
                self.finish(Upload(**dict(row)), "expired")

    def _concatenate(self, parts: list[str], target: Path) -> str:
        digest = hashlib.md5(usedforsecurity=False)
        with target.open("wb") as joined:
            for part in parts:
                with self._files.content(part).open("rb") as piece:
                    while block := piece.read(_BLOCK):
                        digest.update(block)
                        joined.write(block)
        return digest.hexdigest()
