"""SQLite as the emulator uses it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from local.azure.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database with one table."""
    with closing(Database(tmp_path / "a.sqlite")) as found:
        found.define("CREATE TABLE t (id TEXT, value TEXT)")
        yield found


def fail(database: Database) -> None:
    """Two nested transactions that come to nothing."""
    with database.transaction():
        database.insert("t", id="a")
        with database.transaction():
            database.insert("t", id="b")
        raise RuntimeError


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    """Neither the inner nor the outer change stays."""
    with pytest.raises(RuntimeError):
        fail(database)

    assert database.rows("SELECT * FROM t") == []


def test_a_transaction_after_a_failed_one_works(database: Database) -> None:
    """The failure is over."""
    with pytest.raises(RuntimeError):
        fail(database)
    with database.transaction():
        database.insert("t", id="a", value=[1, {"b": 2}])

    row = database.row("SELECT * FROM t")
    assert row is not None
    assert row["value"] == '[1, {"b": 2}]'


def test_what_is_written_is_there_when_opened_again(database: Database, tmp_path: Path) -> None:
    """Another connection sees it, without the first being closed."""
    database.insert("t", id="a")
    database.update("t", "id", "a", value="b")

    with closing(Database(tmp_path / "a.sqlite")) as again:
        found = again.number("SELECT COUNT(*) FROM t WHERE value = ?", "b")

    assert found == 1
