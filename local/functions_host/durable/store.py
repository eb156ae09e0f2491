"""The engine's state on disk: SQLite in WAL mode, one writer, batched transactions.

A change is a function over the connection. All changes that wait while a transaction is written go
into the next one together, so a thousand runs share the cost of the disk. A caller that got its
answer knows the change to be on disk: a kill of the process loses nothing of it.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

_SCHEMA = """
CREATE TABLE IF NOT EXISTS instances(
    id TEXT PRIMARY KEY, execution TEXT NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL,
    input TEXT, output TEXT, custom_status TEXT, created REAL NOT NULL, updated REAL NOT NULL,
    parent TEXT, generation INTEGER NOT NULL DEFAULT 0, fresh INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS live ON instances(id)
    WHERE status IN ('Pending', 'Running', 'Suspended');
CREATE TABLE IF NOT EXISTS history(
    instance TEXT NOT NULL, position INTEGER NOT NULL, event TEXT NOT NULL,
    PRIMARY KEY(instance, position)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS inbox(
    position INTEGER PRIMARY KEY AUTOINCREMENT, instance TEXT NOT NULL, execution TEXT,
    event TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS inbox_instance ON inbox(instance);
CREATE TABLE IF NOT EXISTS work(
    position INTEGER PRIMARY KEY AUTOINCREMENT, instance TEXT NOT NULL, execution TEXT NOT NULL,
    number INTEGER NOT NULL, name TEXT NOT NULL, input TEXT);
CREATE TABLE IF NOT EXISTS timers(
    position INTEGER PRIMARY KEY AUTOINCREMENT, instance TEXT NOT NULL, execution TEXT NOT NULL,
    due REAL NOT NULL, event TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS timers_instance ON timers(instance);
CREATE TABLE IF NOT EXISTS faults(point TEXT PRIMARY KEY, used INTEGER NOT NULL) WITHOUT ROWID;
"""

_Job = tuple[Callable[[sqlite3.Connection], Any], "asyncio.Future[Any]"]


class Store:
    """The database, with a thread that writes and one that reads.

    Args:
        path: The database file; its folder must exist.
    """

    def __init__(self, path: Path) -> None:
        self._writer = _Thread(path, batched=True)
        self._reader = _Thread(path, batched=False)

    async def write(self, change: Callable[[sqlite3.Connection], T]) -> T:
        """Run `change` in a transaction and return its result once that is on disk.

        Raises:
            Exception: What `change` raised; then nothing of it is kept.
        """
        return await self._writer.ask(change)

    async def read(self, query: Callable[[sqlite3.Connection], T]) -> T:
        """Run `query` on the newest state and return its result."""
        return await self._reader.ask(query)

    def close(self) -> None:
        """Finish what was asked for and close the file."""
        self._writer.close()
        self._reader.close()


class _Thread:
    def __init__(self, path: Path, *, batched: bool) -> None:
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._batched = batched
        self._connection = _open(path)
        self._thread = threading.Thread(target=self._serve, name="durable-store", daemon=True)
        self._thread.start()

    async def ask(self, job: Callable[[sqlite3.Connection], T]) -> T:
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._jobs.put((job, future))
        return await future

    def close(self) -> None:
        self._jobs.put(None)
        self._thread.join()
        self._connection.close()

    def _serve(self) -> None:
        while (first := self._jobs.get()) is not None:
            batch = [first]
            stop = False
            while self._batched and not self._jobs.empty():
                job = self._jobs.get()
                if job is None:
                    stop = True
                    break
                batch.append(job)
            self._transact(batch)
            if stop:
                return

    def _transact(self, batch: list[_Job]) -> None:
        self._connection.execute("BEGIN")
        answers = [(future, *self._attempt(job)) for job, future in batch]
        self._connection.execute("COMMIT")
        loops: dict[asyncio.AbstractEventLoop, list[Any]] = {}
        for answer in answers:
            loops.setdefault(answer[0].get_loop(), []).append(answer)
        for loop, settled in loops.items():
            if not loop.is_closed():
                loop.call_soon_threadsafe(_settle, settled)

    def _attempt(self, job: Callable[[sqlite3.Connection], Any]) -> tuple[Any, Exception | None]:
        # A savepoint each: one change that fails must not undo its neighbours.
        self._connection.execute("SAVEPOINT job")
        try:
            result = job(self._connection)
        except Exception as error:  # noqa: BLE001 - handed to whoever asked
            self._connection.execute("ROLLBACK TO job")
            return None, error
        finally:
            self._connection.execute("RELEASE job")
        return result, None


def _settle(answers: list[tuple["asyncio.Future[Any]", Any, Exception | None]]) -> None:
    for future, result, error in answers:
        if future.done():
            continue
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode=WAL")
    # A killed process loses nothing with NORMAL; only a machine that loses power may.
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA busy_timeout=10000")
    connection.executescript(_SCHEMA)
    return connection
