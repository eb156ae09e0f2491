"""When tuned deployments were there: what hosting is charged for, also after they are gone."""

from dataclasses import dataclass

from local.azure.database import Database

SCHEMA = """
CREATE TABLE IF NOT EXISTS uptimes (
    name TEXT NOT NULL, model TEXT NOT NULL, sku TEXT NOT NULL,
    started_at REAL NOT NULL, ended_at REAL
);
"""


@dataclass(frozen=True)
class Uptime:
    """One deployment from its creation, or from a change of its SKU, until it was gone."""

    name: str
    model: str
    sku: str
    started_at: float
    ended_at: float | None


class Uptimes:
    """Written by the deployments, read by the bill."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.define(SCHEMA)

    def begin(self, name: str, model: str, sku: str, at: float) -> None:
        """A deployment is there from now on."""
        self._database.insert("uptimes", name=name, model=model, sku=sku, started_at=at)

    def end(self, name: str, at: float) -> None:
        """It is gone; nothing happens if it was not there."""
        self._database.change(
            "UPDATE uptimes SET ended_at = ? WHERE name = ? AND ended_at IS NULL", at, name
        )

    def change(self, name: str, sku: str, at: float) -> None:
        """It goes on under another SKU."""
        sql = "SELECT * FROM uptimes WHERE name = ? AND ended_at IS NULL AND sku <> ?"
        row = self._database.row(sql, name, sku)
        if row is not None:
            self.end(name, at)
            self.begin(name, row["model"], sku, at)

    def every(self) -> list[Uptime]:
        """All of them, oldest first."""
        return [
            Uptime(**dict(row))
            for row in self._database.rows("SELECT * FROM uptimes ORDER BY started_at")
        ]
