"""SQLite, so that everything the emulator knows survives a kill at any time.

One connection, used by the event loop only: each statement is short, and no two requests can be in
the middle of the same change.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Database:
    """One SQLite file in WAL mode."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._depth = 0
        self.change("PRAGMA journal_mode=WAL")
        # A killed process loses nothing at this level; only a power cut could.
        self.change("PRAGMA synchronous=NORMAL")

    def define(self, schema: str) -> None:
        """Creates the tables of one surface where they are missing."""
        self._connection.executescript(schema)

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """Every row that the query finds."""
        return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: Any) -> sqlite3.Row | None:
        """The first row that the query finds."""
        found: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
        return found

    def number(self, sql: str, *values: Any) -> int:
        """The first column of the first row as an integer; 0 where there is none."""
        found = self.row(sql, *values)
        return int(found[0] or 0) if found else 0

    def change(self, sql: str, *values: Any) -> int:
        """Runs one statement and returns how many rows it touched."""
        return self._connection.execute(sql, values).rowcount

    def insert(self, table: str, **values: Any) -> None:
        """Adds one row; lists and mappings are stored as JSON."""
        names = ", ".join(values)
        marks = ", ".join("?" for _ in values)
        # Names of tables and columns are literals of this package, never input.
        sql = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608
        self.change(sql, *map(_plain, values.values()))

    def update(self, table: str, key: str, identity: str, **values: Any) -> int:
        """Changes the row whose column `key` is `identity`."""
        pairs = ", ".join(f"{name} = ?" for name in values)
        sql = f"UPDATE {table} SET {pairs} WHERE {key} = ?"  # noqa: S608
        return self.change(sql, *map(_plain, values.values()), identity)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes inside, or none; an inner transaction joins the outer one."""
        if self._depth:
            yield
            return
        self._connection.execute("BEGIN IMMEDIATE")
        self._depth = 1
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        else:
            self._connection.execute("COMMIT")
        finally:
            self._depth = 0

    def clear(self) -> None:
        """Empties every table."""
        tables = self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        with self.transaction():
            for table in tables:
                self.change(f"DELETE FROM {table['name']}")  # noqa: S608

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()


def _plain(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict | list | tuple) else value
