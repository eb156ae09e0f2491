"""What the emulator was asked, for tests that count."""

from typing import Any

from local.azure.clock import Clock
from local.azure.database import Database

SCHEMA = """
CREATE TABLE IF NOT EXISTS requests (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, method TEXT NOT NULL,
    path TEXT NOT NULL, kind TEXT NOT NULL, status INTEGER NOT NULL, effect INTEGER NOT NULL
);
"""


class RequestLog:
    """Every request, with the status that was sent and that of what really happened."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        database.define(SCHEMA)

    def add(self, method: str, path: str, kind: str, status: int, effect: int) -> int:
        """Adds a request and returns its number; status 0 = no answer, effect 0 = nothing done."""
        self._database.insert(
            "requests",
            at=self._clock.now(),
            method=method,
            path=path,
            kind=kind,
            status=status,
            effect=effect,
        )
        return self._database.number("SELECT last_insert_rowid()")

    def set_status(self, number: int, status: int) -> None:
        """Sets the status of an answer that was sent after all."""
        self._database.update("requests", "number", str(number), status=status)

    def every(self, after: int = 0) -> list[dict[str, Any]]:
        """All requests after number `after`, oldest first."""
        sql = "SELECT * FROM requests WHERE number > ? ORDER BY number"
        return [dict(row) for row in self._database.rows(sql, after)]

    def counts(self) -> dict[str, dict[str, int]]:
        """For each kind (method and route): how many were asked, and how many took effect."""
        sql = (
            "SELECT kind, COUNT(*), SUM(effect BETWEEN 200 AND 299) FROM requests"
            " WHERE kind != '' GROUP BY kind ORDER BY kind"
        )
        return {
            kind: {"requests": requests, "effects": effects}
            for kind, requests, effects in self._database.rows(sql)
        }
