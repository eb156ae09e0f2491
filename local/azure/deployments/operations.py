"""Creations and deletions under way, as the address in `Azure-AsyncOperation` shows them."""

import secrets
from typing import Any

from local.azure.clock import Clock
from local.azure.database import Database

from .errors import operation_not_found

SCHEMA = """
CREATE TABLE IF NOT EXISTS operations (
    id TEXT PRIMARY KEY, deployment TEXT NOT NULL, started_at REAL NOT NULL,
    status TEXT NOT NULL, ended_at REAL
);
"""


class Operations:
    """Begin, end and read operations; a deployment has one at a time."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        database.define(SCHEMA)

    def begin(self, deployment: str) -> str:
        """Notes that something begins with a deployment; returns the operation's id."""
        identity = secrets.token_hex(16)
        self._database.insert(
            "operations",
            id=identity,
            deployment=deployment,
            started_at=self._clock.now(),
            status="Running",
        )
        return identity

    def end(self, deployment: str, at: float) -> None:
        """Notes that what runs with a deployment was done at that time."""
        self._database.change(
            "UPDATE operations SET status = 'Succeeded', ended_at = ?"
            " WHERE deployment = ? AND status = 'Running'",
            at,
            deployment,
        )

    def get(self, identity: str) -> dict[str, Any]:
        """The row of an operation.

        Raises:
            ServiceError: 404 if it does not exist.
        """
        row = self._database.row("SELECT * FROM operations WHERE id = ?", identity)
        if row is None:
            raise operation_not_found(identity)
        return dict(row)
