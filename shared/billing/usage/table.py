"""The table `usage`: a partition for each day, rows of which each has one writer.

Several instances of the app never write the same row: each has rows of its own, in which the counts
only grow, so that a write may be repeated or come late and nothing is counted twice or lost.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

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
        days = f"PartitionKey ge '{first.isoformat()}' and PartitionKey le '{last.isoformat()}'"
        if run is not None:
            days += f" and run eq '{run}'"
        with translate_errors(TABLES, f"list the use from {first} to {last}"):
            return [Row.from_entity(dict(one)) for one in self._table.query_entities(days)]


@lru_cache(maxsize=1)
def usage_table() -> UsageTable:
    """The table of this process, in the account of `AzureWebJobsStorage`."""
    from shared.clients.storage import table

    return UsageTable(table(TABLE))
