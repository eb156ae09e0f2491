"""The rows of the deployments: finding them, and counting reads."""

from local.azure.database import Database

from .deployment import BUSY, SCHEMA, Deployment


class Table:
    """Reads rows and counts reads, for transitions that go by them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.define(SCHEMA)

    def every(self) -> list[Deployment]:
        """All deployments as they were left, oldest first."""
        rows = self._database.rows("SELECT * FROM deployments ORDER BY created_at, name")
        return [Deployment.from_row(row) for row in rows]

    def find(self, name: str) -> Deployment | None:
        """One deployment as it was left, or None."""
        row = self._database.row("SELECT * FROM deployments WHERE name = ?", name)
        return Deployment.from_row(row) if row else None

    def count_read(self, name: str) -> None:
        """Counts a read of one deployment."""
        self._database.change("UPDATE deployments SET reads = reads + 1 WHERE name = ?", name)

    def count_busy_reads(self) -> None:
        """Counts a read of everything that is being made or deleted."""
        sql = "UPDATE deployments SET reads = reads + 1 WHERE state IN (?, ?)"
        self._database.change(sql, *BUSY)

    def count_ready_read(self, name: str) -> None:
        """Counts a chat that a deployment was not ready for."""
        sql = (
            "UPDATE deployments SET ready_reads = ready_reads + 1"
            " WHERE name = ? AND state = 'Succeeded'"
        )
        self._database.change(sql, name)
