"""The table `usage`: a partition for each day, rows of which each has one writer.

Several instances of the app never write the same row: each has rows of its own, in which the counts
only grow, so that a write may be repeated or come late and nothing is counted twice or lost. The
daily round folds the rows of days that are over (`folding.py`).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from shared.billing.usage.count import Row
from shared.clients.refusals import TABLES
from shared.clients.translate import translate_errors

if TYPE_CHECKING:
    from azure.data.tables import TableClient

TABLE = "usage"


class UsageTable:
    """Rows of use. Every method may raise `ServiceError` if storage refuses or does not answer."""

    def __init__(self, table: "TableClient") -> None:
        self._table = table

    def put(self, rows: Mapping[str, Row]) -> None:
        """Write rows by their row key, in place of what was there.

        One by one: the SDK sends transactions with the help of threads, and there are none any more
        while the interpreter ends, which is when the last counts are written.
        """
        from azure.data.tables import UpdateMode

        for key, row in rows.items():
            with translate_errors(TABLES, f"write the use of {row.use.day}"):
                self._table.upsert_entity(row.to_entity(key), mode=UpdateMode.REPLACE)

    def between(self, first: date, last: date, *, run: str | None = None) -> Iterable[Row]:
        """The rows of these days, both included; only those of a run if one is named."""
        return [Row.from_entity(dict(one)) for one in self.entities(first, last, run=run)]

    def entities(self, first: date, last: date, *, run: str | None = None) -> list[Any]:
        """The same as the table has them, with their ETags."""
        days = f"PartitionKey ge '{first.isoformat()}' and PartitionKey le '{last.isoformat()}'"
        if run is not None:
            days += f" and run eq '{run}'"
        with translate_errors(TABLES, f"list the use from {first} to {last}"):
            return list(self._table.query_entities(days))

    def merge(self, whole: dict[str, Any], before: Any | None, sources: Iterable[Any]) -> None:
        """Put one row in the place of several of the same day, all or nothing.

        Args:
            whole: The row that remains.
            before: The same row as it was read; None if there was none.
            sources: The rows that go, as they were read.

        Raises:
            ServiceError: 404, 409 or 412, if one of them has changed since.
        """
        from azure.core import MatchConditions
        from azure.data.tables import UpdateMode

        def unchanged(entity: Any) -> dict[str, Any]:
            etag = entity.metadata["etag"]
            return {"etag": etag, "match_condition": MatchConditions.IfNotModified}

        changes: list[Any] = [("delete", one, unchanged(one)) for one in sources]
        if before is None:
            changes.append(("create", whole))
        else:
            changes.append(("update", whole, {"mode": UpdateMode.REPLACE, **unchanged(before)}))
        with translate_errors(TABLES, f"fold the use of {whole['PartitionKey']}"):
            self._table.submit_transaction(changes)


@lru_cache(maxsize=1)
def usage_table() -> UsageTable:
    """The table of this process, in the account of `AzureWebJobsStorage`."""
    from shared.clients.storage import table

    return UsageTable(table(TABLE))
