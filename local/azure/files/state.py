"""Files that the resource holds: rows in SQLite, bytes beside it."""

import json
import secrets
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.azure.clock import Clock
from local.azure.database import Database
from local.azure.transitions import Transition, Transitions, parse

from .dataset import Profile
from .errors import file_not_found, file_too_large, too_many_bytes, too_many_files

MAX_FILES = 100
MAX_FILE_BYTES = 512 * 2**20
MAX_TOTAL_BYTES = 2**30
# What an upload in parts may announce. The total above is reached earlier; the documentation does
# not say how the two fit together.
MAX_UPLOAD_BYTES = 8 * 2**30
# From this size on the service is unreliable with a file in one multipart form
# (microsoft/azure-skills).
LARGE_FORM_BYTES = 150 * 10**6

SCHEMA = """
CREATE TABLE IF NOT EXISTS files (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT UNIQUE NOT NULL, filename TEXT NOT NULL, purpose TEXT NOT NULL,
    bytes INTEGER NOT NULL, created_at REAL NOT NULL, transition TEXT NOT NULL,
    reads INTEGER NOT NULL DEFAULT 0, profile TEXT
);
CREATE TABLE IF NOT EXISTS file_expiries (id TEXT PRIMARY KEY, at REAL NOT NULL);
"""


_ROWS = "SELECT files.*, at AS expires_at FROM files LEFT JOIN file_expiries USING (id)"
# Results of jobs do not count: the limit is one of training files (AAD quotas-limits).
_TRAINING_FILES = "SELECT COUNT(*) FROM files WHERE purpose = 'fine-tune'"


@dataclass(frozen=True)
class StoredFile:
    """One file as it is now."""

    id: str
    filename: str
    purpose: str
    bytes: int
    created_at: float
    status: str
    profile: Profile | None
    expires_at: float | None

    def to_json(self) -> dict[str, Any]:
        """The file object of the API."""
        body: dict[str, Any] = {
            "id": self.id,
            "object": "file",
            "bytes": self.bytes,
            "created_at": int(self.created_at),
            "filename": self.filename,
            "purpose": self.purpose,
            "status": self.status,
        }
        if self.expires_at is not None:
            body["expires_at"] = int(self.expires_at)
        if self.status == "error" and self.profile:
            body["status_details"] = self.profile.fault
        return body


class Files:
    """The files of the resource."""

    def __init__(
        self, database: Database, clock: Clock, transitions: Transitions, folder: Path
    ) -> None:
        self._database, self._clock, self._transitions = database, clock, transitions
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        database.define(SCHEMA)

    def scratch(self) -> Path:
        """A place for bytes that are on their way in."""
        return self._folder / f"incoming-{secrets.token_hex(8)}"

    def content(self, identity: str) -> Path:
        """Where the bytes of a file are."""
        return self._folder / identity

    def check_room(self, size: int, *, whole: bool = True) -> None:
        """Refuses a file of `size` bytes that the limits of the resource have no room for.

        `whole`: it came in one piece, which has a limit of its own.

        Raises:
            ServiceError: For 100 files, 512 MB in one file, 1 GB in all.
        """
        if whole and size > MAX_FILE_BYTES:
            raise file_too_large(MAX_FILE_BYTES)
        self._expire()
        if self._database.number(_TRAINING_FILES) >= MAX_FILES:
            raise too_many_files(MAX_FILES)
        if self._database.number("SELECT SUM(bytes) FROM files") + size > MAX_TOTAL_BYTES:
            raise too_many_bytes(MAX_TOTAL_BYTES)

    def add(
        self,
        incoming: Path,
        filename: str,
        purpose: str,
        profile: Profile | None,
        *,
        whole: bool = True,
        lifetime: int | None = None,
    ) -> StoredFile:
        """Keeps a file, for `lifetime` seconds if they are given; it begins as `pending`.

        Raises:
            ServiceError: If there is no room for it.
        """
        self.check_room(incoming.stat().st_size, whole=whole)
        rule = self._transitions.of("file")
        return self._insert(incoming, filename, purpose, profile, rule, lifetime)

    def add_result(self, identity: str, filename: str, content: bytes) -> None:
        """Keeps a file that the service made itself, at once `processed`; safe to repeat."""
        incoming = self.scratch()
        incoming.write_bytes(content)
        incoming.rename(self.content(identity))
        if self._row(identity) is None:
            self._database.insert(
                "files",
                id=identity,
                filename=filename,
                purpose="fine-tune-results",
                bytes=len(content),
                created_at=self._clock.now(),
                transition="immediate",
            )

    def get(self, identity: str, *, count_read: bool = False) -> StoredFile:
        """One file; `count_read` counts this as a read for transitions that go by reads.

        Raises:
            ServiceError: 404 if it is not there.
        """
        if count_read:
            self._database.change("UPDATE files SET reads = reads + 1 WHERE id = ?", identity)
        row = self._row(identity)
        if row is None:
            raise file_not_found(identity)
        return self._to_stored_file(row)

    def every(self, purpose: str | None = None) -> list[StoredFile]:
        """All files, newest first."""
        self._expire()
        rows = self._database.rows(f"{_ROWS} ORDER BY number DESC")
        return [self._to_stored_file(row) for row in rows if purpose in {None, row["purpose"]}]

    def delete(self, identity: str) -> None:
        """Removes a file, also one that a job used.

        Raises:
            ServiceError: 404 if it is not there.
        """
        self._expire()
        if not self._remove(identity):
            raise file_not_found(identity)

    def clear(self) -> None:
        """Removes the bytes of every file; the rows are the caller's to remove."""
        for path in self._folder.iterdir():
            path.unlink()

    def _insert(
        self,
        incoming: Path,
        filename: str,
        purpose: str,
        profile: Profile | None,
        rule: Transition,
        lifetime: int | None,
    ) -> StoredFile:
        identity = f"file-{secrets.token_hex(16)}"
        size, now = incoming.stat().st_size, self._clock.now()
        # Bytes first: a kill in between leaves a stray file, never a row without its bytes.
        incoming.rename(self.content(identity))
        self._database.insert(
            "files",
            id=identity,
            filename=filename,
            purpose=purpose,
            bytes=size,
            created_at=now,
            transition=str(rule),
            profile=profile.to_dict() if profile else None,
        )
        if lifetime is not None:
            self._database.insert("file_expiries", id=identity, at=now + lifetime)
        stored = self.get(identity)
        # The answer to an upload says pending, however fast the processing is.
        return StoredFile(**{**vars(stored), "status": "pending"})

    def _expire(self) -> None:
        sql = "SELECT id FROM file_expiries WHERE at <= ?"
        for row in self._database.rows(sql, self._clock.now()):
            self._remove(row["id"])

    def _remove(self, identity: str) -> bool:
        self._database.change("DELETE FROM file_expiries WHERE id = ?", identity)
        removed = self._database.change("DELETE FROM files WHERE id = ?", identity)
        self.content(identity).unlink(missing_ok=True)
        return bool(removed)

    def _row(self, identity: str) -> sqlite3.Row | None:
        self._expire()
        return self._database.row(f"{_ROWS} WHERE id = ?", identity)

    def _to_stored_file(self, row: sqlite3.Row) -> StoredFile:
        profile = Profile.from_dict(json.loads(row["profile"])) if row["profile"] else None
        return StoredFile(
            id=row["id"],
            filename=row["filename"],
            purpose=row["purpose"],
            bytes=row["bytes"],
            created_at=row["created_at"],
            status=self._status(row, profile),
            profile=profile,
            expires_at=row["expires_at"],
        )

    def _status(self, row: sqlite3.Row, profile: Profile | None) -> str:
        rule = parse(row["transition"])
        progress = rule.progress(row["created_at"], self._clock.now(), row["reads"])
        if progress < 1:
            return "pending" if progress < 0.5 else "running"
        return "error" if profile and profile.fault else "processed"
