"""When the daily round last ran, and whether it is overdue.

A timer can stop (azure-functions-host#11828: on Flex Consumption after a deployment, until the app
is restarted), so whatever comes next begins a round that did not come.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from shared import clock
from shared.clients.refusals import TABLES
from shared.clients.translate import translate_errors
from shared.errors import ServiceError

if TYPE_CHECKING:
    from azure.data.tables import TableClient

TABLE = "rounds"
DAY = timedelta(hours=24)
OVERDUE_AFTER = timedelta(hours=2)
#: A round that the timer did not begin moves the next one; one that it began has done so already.
_NEXT_AFTER_END = DAY - OVERDUE_AFTER
_KEY = {"PartitionKey": "round", "RowKey": "daily"}
_NOT_FOUND = 404
_LOST_RACE = (409, 412)


@dataclass(frozen=True, kw_only=True)
class DailyRound:
    """The daily round as it is recorded.

    Attributes:
        due: When the next one should start.
        started: When one started last; None before the first.
        ended: When one ended last; None before the first.
    """

    due: datetime
    started: datetime | None = None
    ended: datetime | None = None

    def is_overdue(self, now: datetime) -> bool:
        """Whether it should have started long ago, and none has since."""
        latest = max(self.due, self.started or self.due)
        return now >= latest + OVERDUE_AFTER


class DailyRounds:
    """The record of the daily round. Every method may raise `ServiceError`."""

    def __init__(self, table: "TableClient") -> None:
        self._table = table

    def read(self) -> DailyRound:
        """The record; the first call of all makes one that is due in a day."""
        entity = self._get()
        if entity is None:
            with translate_errors(TABLES, "record the daily round"):
                self._table.upsert_entity(_KEY | {"due": _text(clock.now() + DAY)})
            entity = self._get() or {"due": _text(clock.now() + DAY)}
        return _round(entity)

    def record_start(self, at: datetime, *, due: datetime) -> None:
        """A round started at that time, and the next one is due then."""
        self._merge({"started": _text(at), "due": _text(due)})

    def claim_overdue(self) -> DailyRound | None:
        """The record before, if a round is overdue; for one caller, who begins it now.

        If that round does not end, it is overdue again after `OVERDUE_AFTER`.
        """
        entity = self._get()
        if entity is None:
            self.read()
            return None
        found, now = _round(entity), clock.now()
        if not found.is_overdue(now):
            return None
        try:
            self._claim(entity, {"started": _text(now)})
        except ServiceError as error:
            if error.status in _LOST_RACE:
                return None
            raise
        return found

    def record_end(self) -> None:
        """A round has ended now."""
        now = clock.now()
        due = max(self.read().due, now + _NEXT_AFTER_END)
        self._merge({"ended": _text(now), "due": _text(due)})

    def _get(self) -> Any:
        try:
            with translate_errors(TABLES, "read when the daily round ran"):
                return self._table.get_entity(_KEY["PartitionKey"], _KEY["RowKey"])
        except ServiceError as error:
            if error.status == _NOT_FOUND:
                return None
            raise

    def _merge(self, cells: dict[str, str]) -> None:
        from azure.data.tables import UpdateMode

        with translate_errors(TABLES, "record the daily round"):
            self._table.upsert_entity(_KEY | cells, mode=UpdateMode.MERGE)

    def _claim(self, entity: Any, cells: dict[str, str]) -> None:
        from azure.core import MatchConditions
        from azure.data.tables import UpdateMode

        with translate_errors(TABLES, "begin the overdue daily round"):
            self._table.update_entity(
                _KEY | cells,
                mode=UpdateMode.MERGE,
                etag=str(entity.metadata["etag"]),
                match_condition=MatchConditions.IfNotModified,
            )


@lru_cache(maxsize=1)
def daily_rounds() -> DailyRounds:
    """The record in the account of `AzureWebJobsStorage`."""
    from shared.clients.storage import table

    return DailyRounds(table(TABLE))


def _round(entity: Any) -> DailyRound:
    times = {name: entity.get(name) for name in ("due", "started", "ended")}
    found = {name: datetime.fromisoformat(text) for name, text in times.items() if text}
    return DailyRound(**{"due": clock.now() + DAY, **found})


def _text(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
